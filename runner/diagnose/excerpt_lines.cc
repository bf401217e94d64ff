// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/excerpt_lines.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "runner/report/profile_sums.h"

namespace memprof {
namespace {

/// Enough to see the loop or the branch that a call is in.
constexpr int kLinesAround = 4;

using LinesOfFile = std::map<int, std::string>;

class Chosen {
 public:
  void Add(const std::string& file, int line) {
    const bool is_user = !file.empty() && file.front() != '/' && line > 0;
    if (!is_user) return;
    const auto [known, is_new] = index_.emplace(file, files_.size());
    if (is_new) files_.push_back({file, {}});
    files_[known->second].lines.insert(line);
  }

  std::vector<NamedLines> Take() { return std::move(files_); }

 private:
  std::vector<NamedLines> files_;
  std::map<std::string, std::size_t> index_;
};

void AddFigures(const Report& report, Chosen* chosen) {
  const auto figures = FiguresByLine(report);
  std::vector<std::pair<double, const std::string*>> files;
  for (const auto& [file, lines] : figures) {
    double most = 0;  // not the sum, which has nested calls several times
    for (const auto& [line, of] : lines) {
      most = std::max({most, of.allocated_bytes, of.kept_bytes});
    }
    files.emplace_back(most, &file);
  }
  std::stable_sort(files.begin(), files.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [most, file] : files) {
    for (const auto& [line, of] : figures.at(*file)) chosen->Add(*file, line);
  }
}

/// Joins lines that follow each other.
void AddRuns(const std::string& file, const LinesOfFile& lines,
             std::vector<SourceExcerpt>* excerpts) {
  int next = 0;
  for (const auto& [line, text] : lines) {
    if (line != next) excerpts->push_back({file, line, {}});
    excerpts->back().lines.push_back(text);
    next = line + 1;
  }
}

std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The beginning of a line, not cut within a character of UTF-8.
std::string_view Beginning(std::string_view line) {
  if (line.size() <= kLongestExcerptLine) return line;
  std::size_t end = kLongestExcerptLine;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end);
}

}  // namespace

std::vector<NamedLines> LinesToShow(const Report& report) {
  Chosen chosen;
  for (const Finding& finding : report.findings) {
    chosen.Add(finding.location.file, finding.location.line);
    for (const Frame& frame : finding.stack) chosen.Add(frame.file, frame.line);
    if (finding.held_by) chosen.Add(finding.held_by->file, finding.held_by->line);
    if (finding.weaken) chosen.Add(finding.weaken->file, finding.weaken->line);
  }
  AddFigures(report, &chosen);
  return chosen.Take();
}

void CutExcerpts(const NamedLines& named, std::string_view text, std::size_t* bytes_left,
                 std::vector<SourceExcerpt>* excerpts) {
  const std::vector<std::string_view> lines = SplitLines(text);
  const int count = static_cast<int>(lines.size());
  LinesOfFile cut;
  for (const int line : named.lines) {
    if (line > count) continue;
    int first = std::max(1, line - kLinesAround);
    // One line left out takes as much room as the mark that says so.
    if (cut.contains(first - 2)) --first;
    for (int i = first; i <= std::min(count, line + kLinesAround); ++i) {
      const std::string_view shown = Beginning(lines[static_cast<std::size_t>(i - 1)]);
      if (cut.contains(i) || shown.size() + 1 > *bytes_left) continue;
      *bytes_left -= shown.size() + 1;
      cut.emplace(i, shown);
    }
  }
  AddRuns(named.file, cut, excerpts);
}

void AddExcerpts(const std::vector<SourceExcerpt>& added, std::vector<SourceExcerpt>* excerpts) {
  std::vector<std::string> order;
  std::map<std::string, LinesOfFile> files;
  for (const std::vector<SourceExcerpt>* each :
       std::initializer_list<const std::vector<SourceExcerpt>*>{excerpts, &added}) {
    for (const SourceExcerpt& excerpt : *each) {
      const auto [file, is_new] = files.try_emplace(excerpt.file);
      if (is_new) order.push_back(excerpt.file);
      int line = excerpt.first_line;
      for (const std::string& text : excerpt.lines) file->second.emplace(line++, text);
    }
  }
  excerpts->clear();
  for (const std::string& file : order) AddRuns(file, files[file], excerpts);
}

}  // namespace memprof
