// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/source_file.h"

#include <algorithm>
#include <utility>

namespace memprof {

SourceFile::SourceFile(std::string path, std::string text)
    : path_(std::move(path)),
      text_(std::make_shared<const std::string>(std::move(text))),
      tokens_(TokensOf(*text_)) {
  if (!text_->empty()) line_begins_.push_back(0);
  for (std::size_t i = 0; i + 1 < text_->size(); ++i) {
    if ((*text_)[i] == '\n') line_begins_.push_back(i + 1);
  }
}

std::string_view SourceFile::Line(int line) const {
  if (line < 1 || line > lines()) return {};
  const std::string_view rest = text().substr(BeginOfLine(line));
  return rest.substr(0, rest.find('\n'));
}

std::size_t SourceFile::BeginOfLine(int line) const {
  if (line < 1 || line > lines()) return text_->size();
  return line_begins_[static_cast<std::size_t>(line - 1)];
}

int SourceFile::LineOf(std::size_t offset) const {
  const auto behind = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  return static_cast<int>(behind - line_begins_.begin());
}

std::string_view SourceFile::IndentOf(int line) const {
  const std::string_view text = Line(line);
  return text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
}

std::string_view SourceFile::Text(CodeRange range) const {
  return text().substr(range.begin, range.end - range.begin);
}

}  // namespace memprof
