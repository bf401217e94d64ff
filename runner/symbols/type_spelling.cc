// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/type_spelling.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

#include "runner/analyze/type_name.h"

namespace memprof {
namespace {

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || c == '.';
}

/// The next word, `::`, or other character of `text` from `at`; steps over it.
std::string_view NextToken(std::string_view text, std::size_t& at) {
  const std::size_t begin = at++;
  if (IsWordCharacter(text[begin])) {
    while (at < text.size() && IsWordCharacter(text[at])) ++at;
  } else if (text.substr(begin, 2) == "::") {
    ++at;
  }
  return text.substr(begin, at - begin);
}

bool IsNumberWord(std::string_view word) {
  return word == "long" || word == "unsigned" || word == "signed" || word == "int" ||
         word == "short" || word == "char";
}

/// The words of a built-in type in one order: signs first, `int` only where it stands alone.
std::string BuiltIn(std::vector<std::string_view> words) {
  std::string text;
  const auto count = [&](std::string_view word) {
    return std::count(words.begin(), words.end(), word);
  };
  if (count("unsigned") > 0) text += "unsigned ";
  if (count("signed") > 0 && count("char") > 0) text += "signed ";
  if (count("short") > 0) text += "short ";
  for (auto i = count("long"); i > 0; --i) text += "long ";
  if (count("char") > 0) text += "char ";
  if (count("short") + count("long") + count("char") == 0) text += "int ";
  text.pop_back();
  return text;
}

/// "8ul" and "8UL" are 8.
std::string_view WithoutSuffix(std::string_view number) {
  while (!number.empty() &&
         std::string_view("uUlL").find(number.back()) != std::string_view::npos) {
    number.remove_suffix(1);
  }
  return number;
}

class Normalizer {
 public:
  explicit Normalizer(std::string_view text) : text_(text) {}

  std::string Normalize() {
    for (std::size_t at = 0; at < text_.size();) {
      if (text_[at] == ' ') {
        ++at;
      } else if (text_[at] == '(' || text_[at] == '{') {
        at = Bracket(at);
      } else {
        Take(NextToken(text_, at), at);
      }
    }
    EndType();
    return std::move(out_);
  }

 private:
  /// Parameters of a function that the type is local to differ in spelling and are left out.
  std::size_t Bracket(std::size_t at) {
    const std::size_t end = AfterBracket(text_, at);
    const std::string_view inner = text_.substr(at, end - at);
    if (inner == "(anonymous namespace)" || inner == "{anonymous}") {
      Append("(anonymous namespace)");
      return end;
    }
    std::size_t after = end;
    while (after < text_.size() && text_[after] == ' ') ++after;
    if (text_.substr(after, 5) == "const") after += 5;
    if (text_[at] == '(' && text_.substr(after, 2) == "::") {
      Append("()");
      return after;
    }
    Take(text_.substr(at, 1), at);
    return at + 1;
  }

  void Take(std::string_view token, std::size_t& at) {
    if (token == "class" || token == "struct" || token == "union" || token == "enum") return;
    if (token == "const" || token == "volatile") {
      if (token == "const") Const();
      return;
    }
    if (IsNumberWord(token)) {
      built_in_.push_back(token);
      return;
    }
    if ((token == "__cxx11" || token == "__1" || token == "_V2") && out_.ends_with("::")) {
      if (text_.substr(at, 2) == "::") at += 2;
      return;
    }
    if (token == "<" || token == "(" || token == "[" || token == "{") {
      FlushBuiltIn();
      pending_.push_back(false);
      out_ += token;
    } else if (token == ">" || token == ")" || token == "]" || token == "}") {
      EndType();
      if (pending_.size() > 1) pending_.pop_back();
      out_ += token;
    } else if (token == "," || token == "*" || token == "&") {
      EndType();
      out_ += token;
    } else {
      Append(std::isdigit(static_cast<unsigned char>(token[0])) ? WithoutSuffix(token) : token);
    }
  }

  /// In front of a type it waits for the type's end.
  void Const() {
    FlushBuiltIn();
    const bool in_front =
        out_.empty() || std::string_view("<,([{").find(out_.back()) != std::string_view::npos;
    if (in_front) {
      pending_.back() = true;
    } else if (!out_.ends_with(" const")) {
      out_ += " const";
    }
  }

  void EndType() {
    FlushBuiltIn();
    if (pending_.back()) out_ += " const";
    pending_.back() = false;
  }

  void FlushBuiltIn() {
    if (built_in_.empty()) return;
    const std::string words = BuiltIn(std::move(built_in_));
    built_in_.clear();
    Append(words);
  }

  void Append(std::string_view word) {
    FlushBuiltIn();
    if (!out_.empty() && IsWordCharacter(out_.back()) && IsWordCharacter(word[0])) out_ += ' ';
    out_ += word;
  }

  std::string_view text_;
  std::string out_;
  std::vector<std::string_view> built_in_;  ///< words of a built-in type so far
  std::vector<bool> pending_ = {false};     ///< by open bracket: a `const` to be put behind
};

}  // namespace

std::string NormalizedTypeName(std::string_view name) { return Normalizer(name).Normalize(); }

std::string_view LastComponent(std::string_view qualified) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < qualified.size();) {
    switch (qualified[at]) {
      case '<':
      case '(':
      case '{':
      case '[':
        at = AfterBracket(qualified, at);
        break;
      case ':':
        // A closure's name has a single one, before its line.
        if (qualified.substr(at, 2) == "::") begin = ++at + 1;
        ++at;
        break;
      default:
        ++at;
    }
  }
  return qualified.substr(begin);
}

std::string WithoutParameters(std::string_view function) {
  if (function.ends_with(" const")) function.remove_suffix(6);
  std::size_t open = function.size();
  for (int depth = 0; open > 0;) {
    const char c = function[--open];
    if (c == ')') ++depth;
    if (c == '(' && --depth == 0) break;
  }
  return std::string(function.substr(0, open)) + "()";
}

}  // namespace memprof
