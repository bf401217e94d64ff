// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/source/code_head.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "runner/source/code_outline.h"
#include "runner/source/code_scope.h"

namespace memprof {
namespace {

bool IsOneOf(std::string_view word, const std::set<std::string_view>& words) {
  return words.contains(word);
}

const std::set<std::string_view> kSpecifiers = {
    "static",    "inline",       "virtual", "constexpr", "consteval",
    "constinit", "extern",       "friend",  "explicit",  "typedef",
    "mutable",   "thread_local", "export",  "const",     "__inline__"};

/// Words before parentheses that hold no parameters.
const std::set<std::string_view> kNoCallee = {"noexcept", "decltype", "alignas",       "requires",
                                              "throw",    "explicit", "__attribute__", "__declspec",
                                              "sizeof",   "asm",      "typeof"};

class HeadReader {
 public:
  HeadReader(const SourceFile& file, const std::vector<std::size_t>& closing, std::size_t first,
             std::size_t open, const std::string& class_name)
      : file_(file),
        tokens_(file.tokens()),
        closing_(closing),
        first_(first),
        open_(open),
        class_name_(class_name) {}

  CodeHead Read() {
    SkipPrefix();
    if (first_ < open_) {
      const std::string_view word = Text(first_);
      if (word == "namespace") return Of(CodeHead::Kind::kNamespace);
      if (word == "enum") return Of(CodeHead::Kind::kEnumeration);
      if (word == "class" || word == "struct" || word == "union") {
        if (ReadClass()) return head_;
      }
    } else if (linkage_) {
      return Of(CodeHead::Kind::kNamespace);
    }
    ReadFunction();
    return head_;
  }

 private:
  static CodeHead Of(CodeHead::Kind kind) {
    CodeHead head;
    head.kind = kind;
    return head;
  }
  std::string_view Text(std::size_t i) const {
    return i < tokens_.size() ? tokens_[i].text : std::string_view();
  }
  bool IsLiteral(std::size_t i) const { return i < open_ && tokens_[i].text.empty(); }

  /// Behind the bracket or the template arguments that open at `i`, or `i` + 1.
  std::size_t Next(std::size_t i) const {
    std::size_t close = tokens_.size();
    if (Text(i) == "<" && i > 0 && (IsWord(tokens_[i - 1]))) {
      close = ClosingToken(file_, i);
    } else if (closing_[i] < tokens_.size()) {
      close = closing_[i];
    }
    return close < open_ ? close + 1 : i + 1;
  }

  void SkipPrefix() {
    while (first_ < open_) {
      if (Text(first_) == "template" && Text(first_ + 1) == "<") {
        first_ = Next(first_ + 1);
      } else if (Text(first_) == "[" && Text(first_ + 1) == "[") {
        first_ = Next(first_);
      } else if (Text(first_) == "extern" && IsLiteral(first_ + 1)) {
        linkage_ = true;
        first_ += 2;
      } else if (Text(first_) != "const" && IsOneOf(Text(first_), kSpecifiers)) {
        ++first_;
      } else {
        return;
      }
    }
  }

  bool ReadClass() {
    std::size_t colon = open_;
    std::vector<std::size_t> words;
    for (std::size_t i = first_ + 1; i < open_ && colon == open_; i = Next(i)) {
      const std::string_view text = Text(i);
      if (text == ":") {
        colon = i;
      } else if (text == "(") {
        const std::string_view callee = Text(i - 1);
        if (!IsOneOf(callee, kNoCallee) && !LooksLikeMacro(callee)) return false;
      } else if (text == "=" || text == "*" || text == "&") {
        return false;
      } else if (IsWord(tokens_[i]) && text != "final" && Text(i + 1) != "(") {
        if (i > 0 && Text(i - 1) == "::" && !words.empty()) words.pop_back();
        words.push_back(i);
      }
    }
    // `struct Point origin{1, 2};` has a type and a variable.
    if (words.size() > 1 && !LooksLikeMacro(Text(words[words.size() - 2]))) return false;
    head_.kind = CodeHead::Kind::kClass;
    head_.is_struct = Text(first_) != "class";
    if (!words.empty()) head_.name = std::string(Text(words.back()));
    if (colon < open_) ReadBases(colon + 1);
    return true;
  }

  void ReadBases(std::size_t from) {
    while (from < open_) {
      std::size_t end = from;
      while (end < open_ && Text(end) != ",") end = Next(end);
      while (from < end && IsOneOf(Text(from), {"public", "private", "protected", "virtual"})) {
        ++from;
      }
      if (from < end) head_.bases.push_back(Spelled(file_, from, end));
      from = end + 1;
    }
  }

  void ReadFunction() {
    const std::size_t open = ParametersOf();
    if (open == open_) return;
    const std::size_t close = closing_[open];
    // Within a constructor's list of initialisers, braces behind a name are a member's.
    for (std::size_t i = close + 1; i < open_; i = Next(i)) {
      if (Text(i) != ":") continue;
      if (IsWord(tokens_[open_ - 1]) || Text(open_ - 1) == ">") return;
      break;
    }
    head_.kind = CodeHead::Kind::kFunction;
    head_.params = open;
    ReadName(open);
    for (std::size_t i = close + 1; i < open_; ++i) {
      if (Text(i) != "->") continue;
      std::size_t end = i + 1;
      while (end < open_ && !IsOneOf(Text(end), {"override", "final", "requires"})) ++end;
      head_.returns = Spelled(file_, i + 1, end);
      break;
    }
  }

  /// The `(` of the parameters, or open_ where there are none.
  std::size_t ParametersOf() {
    std::vector<std::size_t> plain;
    std::vector<std::size_t> macros;
    for (std::size_t i = first_; i < open_; i = Next(i)) {
      if (Text(i) == "operator") return ParametersOfOperator(i);
      if (Text(i) == "=") return open_;
      const bool found = !plain.empty() || !macros.empty();
      if (found && (Text(i) == ":" || Text(i) == "->")) break;
      if (Text(i) != "(" || i == first_) continue;
      const SourceToken& callee = tokens_[i - 1];
      if (callee.text != ">" && (!IsWord(callee) || IsOneOf(callee.text, kNoCallee))) continue;
      (LooksLikeMacro(callee.text) ? macros : plain).push_back(i);
    }
    if (!plain.empty()) return plain.back();
    if (macros.empty()) return open_;
    // `int MAX(int a) LOCKS(m) {`, but also `REGISTER(a) TEST(A, B) {`.
    return macros.front() > first_ + 1 ? macros.front() : macros.back();
  }

  std::size_t ParametersOfOperator(std::size_t keyword) {
    name_first_ = keyword;
    std::size_t i = keyword + 1;
    if (Text(i) == "(") return std::min(closing_[i] + 1, open_);
    while (i < open_ && Text(i) != "(") i = Text(i - 1) == "operator" ? i + 1 : Next(i);
    return i;
  }

  void ReadName(std::size_t open) {
    std::size_t first = name_first_ > 0 ? name_first_ : BeginOfWord(open - 1);
    if (first > first_ && Text(first - 1) == "~") --first;
    while (first > first_ + 1 && Text(first - 1) == "::") {
      const std::size_t qualifier = BeginOfWord(first - 2);
      if (head_.qualifier.empty()) head_.qualifier = std::string(Text(qualifier));
      first = qualifier;
    }
    if (first > first_ && Text(first - 1) == "::") --first;
    head_.name = Spelled(file_, first, open);
    std::size_t type = first_;
    while (type < first && LooksLikeMacro(Text(type)) && Text(type + 1) == "(")
      type = Next(type + 1);
    while (type < first && Text(type) != "const" && IsOneOf(Text(type), kSpecifiers)) ++type;
    if (type < first) head_.returns = Spelled(file_, type, first);
    const bool is_constructor = head_.name == class_name_ || head_.name.starts_with("~");
    const bool plain = type < first || !head_.qualifier.empty() || name_first_ > 0 ||
                       is_constructor || head_.name == "main";
    if (!plain) head_.name = Spelled(file_, first, closing_[open] + 1);
  }

  /// Of the word that ends at token `last`, which may have template arguments.
  std::size_t BeginOfWord(std::size_t last) const {
    if (Text(last) != ">") return last;
    int depth = 0;
    for (std::size_t i = last; i > first_; --i) {
      if (Text(i) == ">") ++depth;
      if (Text(i) == "<" && --depth == 0) return i - 1;
    }
    return last;
  }

  const SourceFile& file_;
  const std::vector<SourceToken>& tokens_;
  const std::vector<std::size_t>& closing_;
  std::size_t first_;
  const std::size_t open_;
  const std::string& class_name_;
  std::size_t name_first_ = 0;  // of an operator; no file begins with one
  bool linkage_ = false;
  CodeHead head_;
};

}  // namespace

CodeHead HeadOf(const SourceFile& file, const std::vector<std::size_t>& closing, std::size_t first,
                std::size_t open, const std::string& class_name) {
  return HeadReader(file, closing, first, open, class_name).Read();
}

}  // namespace memprof
