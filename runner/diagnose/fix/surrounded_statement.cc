// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/surrounded_statement.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace memprof {
namespace {

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The tokens' braces that are open on the line of `token` before it.
int OpenBracesBefore(const SourceFile& file, std::size_t token) {
  int open = 0;
  const int line = file.tokens()[token].line;
  for (std::size_t i = token; i-- > 0 && file.tokens()[i].line == line;) {
    if (TokenText(file, i) == "{") ++open;
    if (TokenText(file, i) == "}") --open;
  }
  return std::max(open, 0);
}

class Surrounding {
 public:
  Surrounding(SourceEdit* edit, const SourceFile& file, const StatementTokens& statement)
      : edit_(edit), file_(file), statement_(statement), step_(IndentStep(file)) {
    const std::string_view first_line = file.Line(1);
    newline_ = first_line.ends_with('\r') ? "\r\n" : "\n";
  }

  void Put(const std::vector<std::string>& before, const std::vector<std::string>& behind) {
    const auto& tokens = file_.tokens();
    const SourceToken& first = tokens[statement_.first];
    const std::size_t line_begin = file_.BeginOfLine(first.line);
    const std::string_view head = file_.text().substr(line_begin, first.begin - line_begin);
    const bool owns_line = IsBlank(head);
    outer_ = std::string(
        file_.IndentOf(statement_.is_body ? tokens[statement_.control].line : first.line));
    inner_ = outer_;
    if (owns_line) {
      inner_ = std::string(head);
    } else {
      const int open = statement_.is_body ? 1 : OpenBracesBefore(file_, statement_.first);
      for (int i = 0; i < open; ++i) inner_ += step_;
    }
    if (statement_.is_body) {
      const std::size_t end = tokens[statement_.first - 1].end;
      if (owns_line) {
        edit_->Replace(file_, {end, end}, " {");
        PutBefore(line_begin, before);
      } else {
        Break(end, first.begin, " {", before);
      }
    } else if (owns_line) {
      PutBefore(line_begin, before);
    } else if (!before.empty() || !behind.empty()) {
      Break(tokens[statement_.first - 1].end, first.begin, "", before);
    }
    if (!statement_.is_head) PutBehind(behind, owns_line);
  }

 private:
  void PutBefore(std::size_t line_begin, const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += inner_ + line + newline_;
    if (!text.empty()) edit_->Replace(file_, {line_begin, line_begin}, text);
  }

  /// Between [end, begin): what is no blank there, a comment, stays.
  void Break(std::size_t end, std::size_t begin, std::string_view mark,
             const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += newline_ + inner_ + line;
    text += newline_ + inner_;
    if (IsBlank(file_.Text({end, begin}))) {
      edit_->Replace(file_, {end, begin}, std::string(mark) + text);
      return;
    }
    if (!mark.empty()) edit_->Replace(file_, {end, end}, mark);
    edit_->Replace(file_, {begin, begin}, text);
  }

  void PutBehind(std::vector<std::string> lines, bool owned_line) {
    const auto& tokens = file_.tokens();
    const SourceToken& last = tokens[statement_.last];
    const std::size_t next = statement_.last + 1;
    const bool shares_line = next < tokens.size() && tokens[next].line == last.line;
    std::string text;
    for (const std::string& line : lines) text += newline_ + inner_ + line;
    if (statement_.is_body) text += newline_ + outer_ + "}";
    if (!shares_line) {
      std::size_t end = file_.BeginOfLine(last.line) + file_.Line(last.line).size();
      if (end > last.end && file_.text()[end - 1] == '\r') --end;
      if (!text.empty()) edit_->Replace(file_, {end, end}, text);
      return;
    }
    if (owned_line && text.empty()) return;
    // What follows on the line goes to the next one; a closing brace one step out.
    std::string indent = statement_.is_body ? outer_ : inner_;
    if (TokenText(file_, next) == "}" && indent.size() >= step_.size() &&
        indent.size() > outer_.size()) {
      indent.resize(indent.size() - step_.size());
    }
    const bool blank = IsBlank(file_.Text({last.end, tokens[next].begin}));
    edit_->Replace(file_, {last.end, blank ? tokens[next].begin : last.end},
                   text + newline_ + indent);
  }

  SourceEdit* edit_;
  const SourceFile& file_;
  const StatementTokens& statement_;
  std::string step_;
  std::string newline_;
  std::string outer_;
  std::string inner_;
};

}  // namespace

std::string IndentStep(const SourceFile& file) {
  std::size_t least = 0;
  for (int line = 1; line <= file.lines(); ++line) {
    const std::string_view indent = file.IndentOf(line);
    if (indent.starts_with('\t')) return "\t";
    // One blank is how access specifiers and comments of several lines stand.
    if (indent.size() < 2 || file.Line(line).substr(indent.size()).starts_with('*')) continue;
    if (least == 0 || indent.size() < least) least = indent.size();
  }
  return std::string(least == 0 ? 2 : least, ' ');
}

void Surround(SourceEdit* edit, const SourceFile& file, const StatementTokens& statement,
              const std::vector<std::string>& before, const std::vector<std::string>& behind) {
  Surrounding(edit, file, statement).Put(before, behind);
}

}  // namespace memprof
