// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/expression.h"

#include <algorithm>
#include <array>

namespace memprof {
namespace {

using Words = std::string_view;

bool IsOneOf(std::string_view text, std::initializer_list<Words> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsName(const SourceFile& file, std::size_t index) {
  return index < file.tokens().size() && IsWord(file.tokens()[index]) &&
         (TokenText(file, index)[0] < '0' || TokenText(file, index)[0] > '9');
}

/// Methods of standard containers, strings and pointers that leave their object as it is.
bool OnlyReads(std::string_view method) {
  return IsOneOf(method, {"size",     "length",        "empty",        "capacity", "c_str",
                          "find",     "rfind",         "compare",      "substr",   "count",
                          "contains", "starts_with",   "ends_with",    "cbegin",   "cend",
                          "max_size", "find_first_of", "find_last_of", "get",      "has_value"});
}

/// The operator's change of what stands at `index`: "=", "+=", "++", "<<=".
bool IsAssigned(const SourceFile& file, std::size_t index) {
  const std::string_view next = TokenText(file, index + 1);
  if (next == "=") return !IsPair(file, index + 1, "==");
  if (IsPair(file, index + 1, "++") || IsPair(file, index + 1, "--")) return true;
  if (IsPair(file, index + 1, "<<") || IsPair(file, index + 1, ">>")) {
    return TokenText(file, index + 3) == "=";
  }
  return IsOneOf(next, {"+", "-", "*", "/", "%", "&", "|", "^"}) &&
         TokenText(file, index + 2) == "=" && IsPair(file, index + 1, std::string(next) + "=");
}

/// "auto& other = name", without const.
bool IsBoundReference(const SourceFile& file, std::size_t use) {
  if (use < 3 || TokenText(file, use - 3) != "&") return false;
  for (std::size_t i = use - 3; i-- > 0;) {
    const std::string_view text = TokenText(file, i);
    if (text == "const") return false;
    if (text == ";" || text == "{" || text == "}") break;
  }
  return true;
}

/// Of the call that `at`, a `(` or `,`, is in: whether an argument surely stays as it is. Standard
/// functions that read, methods of containers that copy, GoogleTest's checks; also parentheses that
/// are no call.
bool CalleeOnlyReads(const SourceFile& file, std::size_t at) {
  std::size_t open = at;
  while (open > 0 && TokenText(file, open) != "(") {
    const std::string_view text = TokenText(file, open);
    if (text == "{" || text == "[" || text == ";") return false;
    if (text == ")" || text == "]" || text == "}") open = OpeningToken(file, open);
    if (open == 0 || open >= file.tokens().size()) return false;
    --open;
  }
  if (open == 0) return false;
  const std::string_view callee = TokenText(file, open - 1);
  if (!IsName(file, open - 1)) return callee == "(" || callee == "=" || callee == "+";
  return IsOneOf(callee, {"push_back", "insert",  "append",    "count",  "find",        "at",
                          "contains",  "compare", "to_string", "string", "string_view", "size",
                          "data",      "min",     "max",       "strlen", "printf",      "format",
                          "print",     "if",      "while",     "return", "switch"}) ||
         callee.starts_with("EXPECT_") || callee.starts_with("ASSERT_");
}

/// Whether `{` begins a closure's body.
bool IsClosure(const SourceFile& file, std::size_t brace) {
  if (brace == 0) return false;
  std::size_t before = brace - 1;
  if (TokenText(file, before) == "mutable" && before > 0) --before;
  if (TokenText(file, before) == "]") return true;
  if (TokenText(file, before) != ")") return false;
  const std::size_t open = OpeningToken(file, before);
  return open > 0 && open < file.tokens().size() && TokenText(file, open - 1) == "]";
}

/// Words that are written like names and are no types: "return *page" declares nothing.
bool IsNoType(std::string_view word) {
  return IsOneOf(word,
                 {"return",   "throw",    "case",     "goto",     "new",   "delete",   "co_return",
                  "co_yield", "co_await", "else",     "do",       "and",   "or",       "not",
                  "sizeof",   "in",       "operator", "typename", "using", "namespace"});
}

}  // namespace

std::string_view TokenText(const SourceFile& file, std::size_t index) {
  return index < file.tokens().size() ? file.tokens()[index].text : std::string_view();
}

bool IsPair(const SourceFile& file, std::size_t first, std::string_view text) {
  return first + 1 < file.tokens().size() && text.size() == 2 &&
         TokenText(file, first) == text.substr(0, 1) &&
         TokenText(file, first + 1) == text.substr(1, 1) &&
         file.tokens()[first].end == file.tokens()[first + 1].begin;
}

std::size_t OpeningToken(const SourceFile& file, std::size_t close) {
  const std::size_t none = file.tokens().size();
  const std::string_view closing = TokenText(file, close);
  const std::string_view opening = closing == ")" ? "(" : closing == "]" ? "[" : "{";
  int depth = 0;
  for (std::size_t i = close + 1; i-- > 0;) {
    if (TokenText(file, i) == closing) ++depth;
    if (TokenText(file, i) == opening && --depth == 0) return i;
  }
  return none;
}

std::size_t PostfixBegin(const SourceFile& file, std::size_t last) {
  std::size_t begin = last;
  while (true) {
    // `begin` is a name or the bracket that closes a call or an index.
    while (TokenText(file, begin) == ")" || TokenText(file, begin) == "]") {
      const std::size_t open = OpeningToken(file, begin);
      if (open >= file.tokens().size() || open == 0) return begin;
      const std::string_view before = TokenText(file, open - 1);
      const bool callee = IsName(file, open - 1) &&
                          !IsOneOf(before, {"return", "if", "while", "for", "case", "throw"});
      if (!callee && before != ")" && before != "]") return open;
      begin = open - 1;
    }
    if (begin == 0) return begin;
    const std::string_view before = TokenText(file, begin - 1);
    if (before == "::") {
      begin -= begin >= 2 && IsName(file, begin - 2) &&
                       !IsOneOf(TokenText(file, begin - 2), {"return", "throw", "case"})
                   ? 2
                   : 1;
      continue;
    }
    if ((before != "." && before != "->") || begin < 2) return begin;
    const std::string_view base = TokenText(file, begin - 2);
    if (!IsName(file, begin - 2) && base != ")" && base != "]") return begin;
    begin -= 2;
  }
}

bool IsQualified(const SourceFile& file, std::size_t index) {
  return index > 0 && IsOneOf(TokenText(file, index - 1), {".", "->", "::"});
}

bool IsDeclaredName(const SourceFile& file, std::size_t index) {
  if (index == 0 || IsQualified(file, index)) return false;
  const std::string_view before = TokenText(file, index - 1);
  const std::string_view next = TokenText(file, index + 1);
  if (!IsOneOf(next, {"=", ";", "(", "{", ",", ":", ")", "["})) return false;
  if (IsName(file, index - 1)) return !IsNoType(before);
  if (before == ">") return next != "(" || TokenText(file, index + 2) != ")";
  if (before == "&" || before == "*") {
    // "T& name" and "T* name", not "a & name" or "= *name": a type stands before.
    std::size_t type = index - 1;
    while (type > 0 && IsOneOf(TokenText(file, type), {"&", "*", "const"})) --type;
    if (TokenText(file, type) == ">" || TokenText(file, type) == "auto") return true;
    if (!IsName(file, type) || type == 0 || IsNoType(TokenText(file, type))) return false;
    const std::string_view head = TokenText(file, type - 1);
    return IsOneOf(head, {"(", ",", ";", "{", "}", "const", "::"});
  }
  return false;
}

bool IsPlainPath(const SourceFile& file, CodeRange range) {
  bool name_next = true;
  bool any = false;
  for (std::size_t i = TokenAt(file, range.begin);
       i < file.tokens().size() && file.tokens()[i].begin < range.end; ++i) {
    const bool fits =
        name_next ? IsName(file, i) : TokenText(file, i) == "." || TokenText(file, i) == "->";
    if (!fits) return false;
    name_next = !name_next;
    any = true;
  }
  return any && !name_next;
}

std::vector<CodeRange> PartsOf(const SourceFile& file, CodeRange range, char separator) {
  std::vector<CodeRange> parts;
  std::size_t begin = range.begin;
  const std::string_view text(&separator, 1);
  for (std::size_t i = TokenAt(file, range.begin);
       i < file.tokens().size() && file.tokens()[i].begin < range.end; ++i) {
    const std::string_view token = TokenText(file, i);
    if (token == "(" || token == "[" || token == "{") {
      i = ClosingToken(file, i);
      if (i >= file.tokens().size() || file.tokens()[i].end > range.end) return {};
      continue;
    }
    if (token == "<") {
      const std::size_t close = ClosingToken(file, i);
      if (close < file.tokens().size() && file.tokens()[close].end <= range.end) i = close;
      continue;
    }
    if (token != text) continue;
    if (separator == '+' && (IsPair(file, i, "++") || IsPair(file, i, "+="))) {
      ++i;
      continue;
    }
    parts.push_back(Trimmed(file, {begin, file.tokens()[i].begin}));
    begin = file.tokens()[i].end;
  }
  parts.push_back(Trimmed(file, {begin, range.end}));
  return parts;
}

bool MayChange(const SourceFile& file, CodeRange range, std::string_view name) {
  for (const std::size_t use : UsesOf(file, range, name)) {
    if (IsQualified(file, use)) continue;
    if (use >= 2 && (IsPair(file, use - 2, "++") || IsPair(file, use - 2, "--"))) return true;
    // Its members are parts of it; what a pointer points to is not.
    std::size_t last = use;
    while (TokenText(file, last + 1) == "." && TokenText(file, last + 3) != "(") last += 2;
    const std::string_view before = use == 0 ? "" : TokenText(file, use - 1);
    const std::string_view next = TokenText(file, last + 1);
    if (IsAssigned(file, last)) return true;
    if (before == "&" && (use < 2 || !IsPair(file, use - 2, "&&"))) return true;
    if (use >= 2 && IsPair(file, use - 2, ">>")) return true;
    if (next == "->") continue;
    if (next == "." && !OnlyReads(TokenText(file, last + 2))) return true;
    if (next == "[" || next == "(")
      return true;  // an element may be assigned to, or a call change it
    if (before == "(" || before == ",") {
      if (!CalleeOnlyReads(file, use - 1)) return true;
    }
    if (before == "=" && IsBoundReference(file, use)) return true;
    if (before == ":" && next == ")") return true;  // a range-for may bind its elements
  }
  return false;
}

bool IsInClosure(const SourceFile& file, CodeRange within, std::size_t offset) {
  for (std::size_t i = TokenAt(file, within.begin);
       i < file.tokens().size() && file.tokens()[i].begin < offset; ++i) {
    if (TokenText(file, i) != "{" || !IsClosure(file, i)) continue;
    const std::size_t close = ClosingToken(file, i);
    if (close < file.tokens().size() && file.tokens()[close].end > offset) return true;
  }
  return false;
}

CodeRange Trimmed(const SourceFile& file, CodeRange range) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::string_view text = file.Text(range);
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {range.begin, range.begin};
  return {range.begin + first, range.begin + text.find_last_not_of(kBlanks) + 1};
}

std::string_view NewlineOf(const SourceFile& file) {
  return file.Line(1).ends_with('\r') ? "\r\n" : "\n";
}

}  // namespace memprof
