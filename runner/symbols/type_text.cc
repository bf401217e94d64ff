// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/type_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace memprof {
namespace {

/// Damaged text may open brackets without end.
constexpr std::size_t kMostTokens = 2000;

template <std::size_t size>
bool IsOneOf(std::string_view text, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsQualifier(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "const", "volatile", "struct", "class", "enum", "union", "typename", "static", "register"};
  return IsOneOf(text, kWords);
}

bool IsBuiltIn(std::string_view text) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "unsigned", "signed", "short",   "long",    "int",      "char",     "bool",
      "float",    "double", "wchar_t", "char8_t", "char16_t", "char32_t", "void"};
  return IsOneOf(text, kWords);
}

/// Keywords that look like names.
bool NamesNoType(std::string_view text) {
  static constexpr std::array<std::string_view, 15> kWords = {
      "decltype", "sizeof", "return", "new",   "delete",   "this", "nullptr", "true",
      "false",    "if",     "while",  "throw", "operator", "for",  "co_await"};
  return IsOneOf(text, kWords);
}

bool IsName(const SourceToken& token) {
  return IsWord(token) && !std::isdigit(static_cast<unsigned char>(token.text[0])) &&
         !NamesNoType(token.text);
}

/// Texts of tokens, with a blank between words and after a comma.
class Joined {
 public:
  void Add(const SourceToken& token) {
    const bool word = IsWord(token);
    if (after_word_ && word) text_ += ' ';
    text_ += token.text;
    if (token.text == ",") text_ += ' ';
    after_word_ = word;
  }

  std::string text_;

 private:
  bool after_word_ = false;
};

int DepthChange(std::string_view text) {
  if (text == "(" || text == "[" || text == "{" || text == "<") return 1;
  return text == ")" || text == "]" || text == "}" || text == ">" ? -1 : 0;
}

}  // namespace

std::optional<TypeText> TypeAt(const std::vector<SourceToken>& tokens, std::size_t at) {
  const auto is = [&](std::string_view text) {
    return at < tokens.size() && tokens[at].text == text;
  };
  Joined joined;
  while (at < tokens.size() && IsQualifier(tokens[at].text)) ++at;
  if (at < tokens.size() && IsBuiltIn(tokens[at].text)) {
    for (; at < tokens.size() && (IsBuiltIn(tokens[at].text) || is("const")); ++at) {
      if (!is("const")) joined.Add(tokens[at]);
    }
  } else {
    if (is("::")) ++at;
    for (;;) {
      if (at >= tokens.size() || !IsName(tokens[at])) return std::nullopt;
      joined.Add(tokens[at++]);
      if (is("<")) {
        const std::size_t end = AfterBracket(tokens, at);
        if (end >= tokens.size()) return std::nullopt;
        while (at < end) joined.Add(tokens[at++]);
      }
      if (!is("::")) break;
      joined.Add(tokens[at++]);
      if (is("template")) ++at;
    }
  }
  for (; is("*") || is("const"); ++at) {
    if (is("*")) joined.text_ += '*';
  }
  return TypeText{joined.text_, at};
}

std::size_t AfterBracket(const std::vector<SourceToken>& tokens, std::size_t open) {
  // Within round brackets `<` may be less-than, so that only the kind that was opened counts.
  const bool angle = tokens[open].text == "<";
  const std::size_t last = std::min(tokens.size(), open + kMostTokens);
  int depth = 0;
  for (std::size_t i = open; i < last;) {
    const std::string_view text = tokens[i].text;
    if (angle && i > open && (text == "(" || text == "[" || text == "{")) {
      i = AfterBracket(tokens, i);
      continue;
    }
    if (angle && (text == ";" || text == ")" || text == "}")) return tokens.size();
    if (angle || (text != "<" && text != ">")) depth += DepthChange(text);
    ++i;
    if (depth == 0) return i;
  }
  return tokens.size();
}

std::size_t BeforeBracket(const std::vector<SourceToken>& tokens, std::size_t close) {
  const bool angle = tokens[close].text == ">";
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    const std::string_view text = tokens[i].text;
    if (angle || (text != "<" && text != ">")) depth -= DepthChange(text);
    if (depth == 0) return i;
  }
  return 0;
}

}  // namespace memprof
