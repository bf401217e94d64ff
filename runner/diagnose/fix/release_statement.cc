// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/fix/release_statement.h"

#include <cstddef>
#include <set>
#include <string_view>
#include <vector>

namespace memprof {
namespace {

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

/// Whether the tokens [first, end) test the variable for being there, and nothing else.
bool TestsAlone(const SourceFile& file, std::size_t first, std::size_t end, std::string_view name) {
  static const std::set<std::string_view> kParts = {"!", "=",       ">",    "-",         "1",
                                                    "0", "nullptr", "NULL", "MAP_FAILED"};
  bool named = false;
  for (std::size_t i = first; i < end; ++i) {
    if (Text(file, i) == name) {
      named = true;
    } else if (!kParts.contains(Text(file, i))) {
      return false;
    }
  }
  const bool negated = Text(file, first) == "!" || Text(file, first + 1) == "=";
  return named && !negated;
}

/// The token of the `if` whose parentheses close at `close` and test the variable alone; else the
/// number of tokens.
std::size_t TestBefore(const SourceFile& file, std::size_t close, std::string_view name) {
  if (Text(file, close) == ")") {
    int depth = 0;
    for (std::size_t i = close; i > 0; --i) {
      if (Text(file, i) == ")") ++depth;
      if (Text(file, i) != "(" || --depth > 0) continue;
      if (Text(file, i - 1) == "if" && TestsAlone(file, i + 1, close, name)) return i - 1;
      break;
    }
  }
  return file.tokens().size();
}

bool IsStatementBegin(const SourceFile& file, std::size_t token) {
  const std::string_view before = Text(file, token - 1);
  return before == ";" || before == "{" || before == "}" || before == ":";
}

/// Whether nothing but the end of the variable's scope comes behind token `last`.
bool EndsScope(const SourceFile& file, const Declaration& variable, std::size_t last) {
  const std::size_t next = last + 1;
  if (Text(file, next) == "}") {
    const CodeRange scope = BlockAround(file, TokenAt(file, variable.whole.begin));
    return file.tokens()[next].begin == scope.end;
  }
  if (Text(file, next) != "return" && Text(file, next) != "co_return") return false;
  for (std::size_t i = next; i < file.tokens().size() && Text(file, i) != ";"; ++i) {
    if (Text(file, i) == "(" || Text(file, i) == "{") return false;
  }
  return true;
}

}  // namespace

std::optional<ReleaseStatement> ReleaseStatementOf(const SourceFile& file,
                                                   const FunctionCode& function,
                                                   const Declaration& variable,
                                                   const VariableUse& use) {
  std::size_t first = use.token;
  std::size_t last = use.token + 1;
  if (use.callee == "delete" || use.callee == "delete[]") {
    first -= use.callee == "delete" ? 1 : 3;
    if (Text(file, first - 1) == "::") --first;
  } else {
    first -= 2;
    last += 1;
    if (Text(file, first - 1) == "::") --first;
    if (Text(file, first - 1) == "std") --first;
    const bool cast = Text(file, first - 1) == ")" && Text(file, first - 2) == "void" &&
                      Text(file, first - 3) == "(";
    if (cast) first -= 3;
  }
  if (Text(file, last) != ";") return std::nullopt;
  ReleaseStatement found;
  found.call = RangeOf(file, first, last);
  bool is_statement = false;
  for (const Statement& each : StatementsIn(file, function.body)) {
    is_statement = is_statement || each.range == found.call;
  }
  if (!is_statement) return std::nullopt;
  std::size_t test = TestBefore(file, first - 1, variable.name);
  if (test < first) {
    first = test;
  } else if (Text(file, first - 1) == "{" && Text(file, last + 1) == "}") {
    test = TestBefore(file, first - 2, variable.name);
    if (test < first && Text(file, last + 2) != "else" && IsStatementBegin(file, test)) {
      first = test;
      ++last;
    }
  }
  found.stands_alone = IsStatementBegin(file, first) && Text(file, last + 1) != "else";
  found.whole = RangeOf(file, first, last);
  found.is_last = EndsScope(file, variable, last);
  return found;
}

}  // namespace memprof
