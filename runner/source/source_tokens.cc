// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/source_tokens.h"

#include <cctype>
#include <cstddef>
#include <string>
#include <utility>

namespace memprof {
namespace {

constexpr auto kNone = std::string_view::npos;

bool IsWordCharacter(char c) {
  // Names may be in UTF-8.
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view source) : source_(source) {}

  std::vector<SourceToken> Read() {
    while (at_ < source_.size()) Step();
    return std::move(tokens_);
  }

 private:
  void Step() {
    const std::string_view rest = source_.substr(at_);
    const char c = rest[0];
    if (c == '\n') {
      at_line_start_ = true;
      MoveTo(at_ + 1);
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      MoveTo(at_ + 1);
    } else if (rest.starts_with("//")) {
      MoveTo(EndOfLine());
    } else if (rest.starts_with("/*")) {
      const std::size_t end = source_.find("*/", at_ + 2);
      MoveTo(end == kNone ? source_.size() : end + 2);
    } else if (c == '#' && at_line_start_) {
      MoveTo(EndOfLine());
    } else {
      at_line_start_ = false;
      ReadToken(rest);
    }
  }

  void ReadToken(std::string_view rest) {
    const char c = rest[0];
    if (IsWordCharacter(c)) {
      ReadWord();
    } else if (c == '"' || c == '\'') {
      AddLiteral(AfterQuote(at_));
    } else {
      const bool pair = rest.starts_with("::") || rest.starts_with("->");
      Add(at_ + (pair ? 2 : 1));
    }
  }

  void ReadWord() {
    const bool number = std::isdigit(static_cast<unsigned char>(source_[at_])) != 0;
    std::size_t end = at_;
    while (end < source_.size() &&
           (IsWordCharacter(source_[end]) || (number && source_[end] == '\''))) {
      ++end;
    }
    const std::string_view word = source_.substr(at_, end - at_);
    const bool quoted = end < source_.size() && (source_[end] == '"' || source_[end] == '\'');
    const bool raw = word == "R" || word == "LR" || word == "uR" || word == "UR" || word == "u8R";
    const bool prefix = word == "L" || word == "u" || word == "U" || word == "u8";
    if (quoted && raw && source_[end] == '"') {
      AddLiteral(AfterRawString(end));
    } else if (quoted && prefix) {
      AddLiteral(AfterQuote(end));
    } else {
      Add(end);
    }
  }

  /// A directive or comment goes on where its line ends in a backslash.
  std::size_t EndOfLine() const {
    std::size_t end = at_;
    std::string_view line;
    do {
      end = source_.find('\n', end + 1);
      line = source_.substr(at_, end == kNone ? kNone : end - at_);
    } while (end != kNone && (line.ends_with("\\") || line.ends_with("\\\r")));
    return at_ + line.size();
  }

  /// A literal ends with its line, so that an apostrophe in text that is no code harms one line.
  std::size_t AfterQuote(std::size_t quote) const {
    for (std::size_t i = quote + 1; i < source_.size(); ++i) {
      if (source_[i] == '\\') {
        ++i;
      } else if (source_[i] == source_[quote]) {
        return i + 1;
      } else if (source_[i] == '\n') {
        return i;
      }
    }
    return source_.size();
  }

  std::size_t AfterRawString(std::size_t quote) const {
    const std::size_t open = source_.find('(', quote);
    if (open == kNone) return source_.size();
    const std::string close = ")" + std::string(source_.substr(quote + 1, open - quote - 1)) + "\"";
    const std::size_t end = source_.find(close, open);
    return end == kNone ? source_.size() : end + close.size();
  }

  void Add(std::size_t end) {
    tokens_.push_back({source_.substr(at_, end - at_), line_, Column(), at_, end});
    MoveTo(end);
  }

  void AddLiteral(std::size_t end) {
    tokens_.push_back({{}, line_, Column(), at_, end});
    MoveTo(end);
  }

  int Column() const { return static_cast<int>(at_ - line_begin_) + 1; }

  void MoveTo(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (source_[at_] != '\n') continue;
      ++line_;
      line_begin_ = at_ + 1;
    }
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  int line_ = 1;
  bool at_line_start_ = true;
  std::vector<SourceToken> tokens_;
};

}  // namespace

std::vector<SourceToken> TokensOf(std::string_view source) { return Tokenizer(source).Read(); }

bool IsWord(const SourceToken& token) {
  return !token.text.empty() && IsWordCharacter(token.text[0]);
}

}  // namespace memprof
