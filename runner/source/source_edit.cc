// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/source_edit.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "runner/source/include_lines.h"

namespace memprof {
namespace {

std::string_view NewlineOf(const SourceFile& file) {
  const std::size_t newline = file.text().find('\n');
  const bool has_return =
      newline != std::string_view::npos && newline > 0 && file.text()[newline - 1] == '\r';
  return has_return ? "\r\n" : "\n";
}

std::string WithNewlines(std::string_view text, std::string_view newline) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n') {
      result += newline;
    } else {
      result += text[i];
    }
  }
  return result;
}

/// `text` with `indent` before each line that is not empty, and without a newline at its end.
std::string Indented(std::string_view text, std::string_view indent) {
  std::string result;
  while (true) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    if (!line.empty()) result += indent;
    result += line;
    if (newline == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(newline + 1);
  }
}

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

}  // namespace

void SourceEdit::Add(const SourceFile& file, CodeRange range, std::string_view text) {
  Change change{&file, range, WithNewlines(text, NewlineOf(file))};
  const bool known = std::find(changes_.begin(), changes_.end(), change) != changes_.end();
  // A line may be inserted twice; the same bytes cannot be changed twice.
  if (!known || range.begin == range.end) changes_.push_back(std::move(change));
}

void SourceEdit::Replace(const SourceFile& file, CodeRange range, std::string_view text) {
  Add(file, range, text);
}

void SourceEdit::InsertLineBefore(const SourceFile& file, int line, std::string_view text) {
  const std::size_t at = file.BeginOfLine(line);
  if (at == file.text().size() && !file.text().empty()) {
    InsertLineAfter(file, file.lines(), text);
    return;
  }
  Add(file, {at, at}, Indented(text, file.IndentOf(line)) + "\n");
}

void SourceEdit::InsertLineAfter(const SourceFile& file, int line, std::string_view text,
                                 int indent_as) {
  const std::string indented = Indented(text, file.IndentOf(indent_as > 0 ? indent_as : line));
  const std::size_t at = file.BeginOfLine(line + 1);
  const bool ended = at == 0 || file.text()[at - 1] == '\n';
  Add(file, {at, at}, ended ? indented + "\n" : "\n" + indented);
}

void SourceEdit::Remove(const SourceFile& file, CodeRange range) {
  const std::string_view text = file.text();
  std::size_t begin = range.begin;
  std::size_t end = range.end;
  while (begin > 0 && IsBlank(text[begin - 1])) --begin;
  while (end < text.size() && (IsBlank(text[end]) || text[end] == '\r')) ++end;
  const bool from_line_begin = begin == 0 || text[begin - 1] == '\n';
  const bool to_line_end = end == text.size() || text[end] == '\n';
  if (from_line_begin && to_line_end) {
    Add(file, {begin, std::min(end + 1, text.size())}, "");
  } else if (to_line_end) {
    // No blanks are left at a line's end.
    Add(file, {begin, text[end - 1] == '\r' ? end - 1 : end}, "");
  } else {
    Add(file, {range.begin, end}, "");
  }
}

void SourceEdit::AddInclude(const SourceFile& file, std::string_view header) {
  const std::string line = "#include " + std::string(header);
  for (const Change& each : changes_) {
    if (each.file == &file && each.text.find(line) != std::string::npos) return;
  }
  if (Includes(file, header)) return;
  const std::size_t at = file.BeginOfLine(LineForInclude(file, header));
  if (at == file.text().size() && !file.text().empty() && !file.text().ends_with('\n')) {
    Add(file, {at, at}, "\n" + line);
  } else {
    Add(file, {at, at}, line + "\n");
  }
}

std::string SourceEdit::Result(const SourceFile& file) const {
  std::vector<const Change*> changes;
  for (const Change& each : changes_) {
    if (each.file == &file) changes.push_back(&each);
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change* a, const Change* b) {
    return a->range.begin != b->range.begin ? a->range.begin < b->range.begin
                                            : a->range.end < b->range.end;
  });
  std::string result;
  std::size_t at = 0;
  for (const Change* each : changes) {
    const CodeRange range = each->range;
    if (range.begin < at || range.end < range.begin || range.end > file.text().size()) {
      return std::string(file.text());
    }
    result += file.text().substr(at, range.begin - at);
    result += each->text;
    at = range.end;
  }
  return result + std::string(file.text().substr(at));
}

std::string SourceEdit::Diff() const {
  std::vector<const SourceFile*> files;
  for (const Change& each : changes_) {
    if (std::find(files.begin(), files.end(), each.file) == files.end()) files.push_back(each.file);
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile* a, const SourceFile* b) { return a->path() < b->path(); });
  std::string diff;
  for (const SourceFile* file : files) {
    const std::string one = UnifiedDiff(file->path(), file->text(), Result(*file));
    // What one file lacks, the others are not to have alone.
    if (one.empty()) return {};
    diff += one;
  }
  return diff;
}

}  // namespace memprof
