// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/keep_comments.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace memprof::scan {
namespace {

/// A statement that is longer has its declaration far from its comment.
constexpr int kLongestStatement = 8;

bool IsNameByte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The source a line at a time: its code, strings and comments replaced by blanks, and its
/// comments.
struct Line {
  std::string code;
  std::string comment;
};

class Splitter {
 public:
  explicit Splitter(std::string_view source) : source_(source) {}

  std::vector<Line> Split() {
    lines_.emplace_back();
    while (at_ < source_.size()) Step();
    return std::move(lines_);
  }

 private:
  bool Sees(std::string_view text) const { return source_.substr(at_).starts_with(text); }

  /// Takes `count` bytes into the comment, or as something that is no code's own text.
  void Take(std::size_t count, bool is_comment) {
    for (; count > 0 && at_ < source_.size(); --count, ++at_) {
      const char c = source_[at_];
      if (c == '\n') {
        lines_.emplace_back();
      } else if (is_comment) {
        lines_.back().comment += c;
      } else {
        lines_.back().code += '"';
      }
    }
  }

  void TakeUntil(std::string_view end, bool is_comment) {
    const std::size_t found = source_.find(end, at_);
    const std::size_t stop = found == std::string_view::npos ? source_.size() : found + end.size();
    Take(stop - at_, is_comment);
  }

  void TakeQuoted(char quote) {
    Take(1, false);
    while (at_ < source_.size() && source_[at_] != quote && source_[at_] != '\n') {
      Take(source_[at_] == '\\' ? 2 : 1, false);
    }
    Take(at_ < source_.size() && source_[at_] == quote ? 1 : 0, false);
  }

  void TakeRawString() {
    const std::size_t open = source_.find('(', at_);
    if (open == std::string_view::npos) return Take(source_.size() - at_, false);
    const std::size_t quote = source_.find('"', at_);
    std::string end = ")";
    end.append(source_.substr(quote + 1, open - quote - 1));
    TakeUntil(end + '"', false);
  }

  void Step() {
    const char c = source_[at_];
    const bool after_name = at_ > 0 && IsNameByte(source_[at_ - 1]);
    if (Sees("//")) {
      const std::size_t end = std::min(source_.find('\n', at_), source_.size());
      Take(end - at_, true);
    } else if (Sees("/*")) {
      TakeUntil("*/", true);
    } else if (Sees("R\"")) {
      TakeRawString();
    } else if (c == '"' || (c == '\'' && !after_name)) {  // 1'000 is a number
      TakeQuoted(c);
    } else if (c == '\n') {
      lines_.emplace_back();
      ++at_;
    } else {
      lines_.back().code += c;
      ++at_;
    }
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::vector<Line> lines_;
};

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r") == text.npos; }

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

/// Takes `word` and the blanks before it off the front.
bool Consume(std::string_view word, std::string_view* text) {
  const std::string_view rest =
      text->substr(std::min(text->find_first_not_of(" \t"), text->size()));
  if (!rest.starts_with(word)) return false;
  *text = rest.substr(word.size());
  return true;
}

/// The text behind `memprof: keep`; false where there is no such thing. It begins the comment, so
/// that prose which mentions it keeps nothing.
bool SaysKeep(std::string_view comment, std::string_view* rest) {
  *rest = comment;
  if (!Consume("//", rest) && !Consume("/*", rest)) return false;
  while (!rest->empty() && (rest->front() == '/' || rest->front() == '*' || rest->front() == '<')) {
    rest->remove_prefix(1);
  }
  if (!Consume("memprof", rest) || !Consume(":", rest) || !Consume("keep", rest)) return false;
  return rest->empty() || !IsNameByte(rest->front());
}

std::string ReasonIn(std::string_view text) {
  constexpr std::array<std::string_view, 4> kDashes = {"\u2013", "\u2014", "-", ":"};
  bool has_dash = false;
  for (bool more = true; more;) {
    more = std::any_of(kDashes.begin(), kDashes.end(),
                       [&](std::string_view dash) { return Consume(dash, &text); });
    has_dash = has_dash || more;
  }
  if (!has_dash) return "";
  text = Trimmed(text);
  if (text.ends_with("*/")) text = Trimmed(text.substr(0, text.size() - 2));
  return std::string(text);
}

bool EndsStatement(std::string_view code) {
  return code.find(';') != std::string_view::npos || code.find('{') != std::string_view::npos;
}

}  // namespace

std::vector<KeepComment> KeepComments(std::string_view source) {
  if (source.find("memprof") == std::string_view::npos) return {};
  const std::vector<Line> lines = Splitter(source).Split();
  const auto count = static_cast<int>(lines.size());
  const auto line_at = [&](int number) -> const Line& {
    return lines[static_cast<std::size_t>(number - 1)];
  };
  std::vector<KeepComment> comments;
  for (int number = 1; number <= count; ++number) {
    std::string_view rest;
    if (!SaysKeep(line_at(number).comment, &rest)) continue;
    KeepComment comment{number, number, number, ReasonIn(rest)};
    if (IsBlank(line_at(number).code)) {
      int first = number + 1;
      while (first <= count && IsBlank(line_at(first).code)) ++first;
      int last = first;
      while (last < count && last - first < kLongestStatement &&
             !EndsStatement(line_at(last).code)) {
        ++last;
      }
      comment.first_line = first;
      comment.last_line = last;
    }
    comments.push_back(std::move(comment));
  }
  return comments;
}

}  // namespace memprof::scan
