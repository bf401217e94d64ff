// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/missed_release.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "runner/source/variable_uses.h"

namespace memprof {
namespace {

std::string_view Text(const SourceFile& file, std::size_t token) {
  return token < file.tokens().size() ? file.tokens()[token].text : std::string_view();
}

bool Within(CodeRange range, std::size_t at) { return range.begin <= at && at < range.end; }

/// The first token of the statement that the token is in.
std::size_t StatementBegin(const SourceFile& file, std::size_t token) {
  int depth = 0;
  while (token > 0) {
    const std::string_view before = Text(file, token - 1);
    if (before == ")") ++depth;
    if (before == "(" && --depth < 0) return token;
    if (depth == 0 && (before == ";" || before == "{" || before == "}")) break;
    --token;
  }
  return token;
}

bool IsGuarded(const SourceFile& file, std::size_t token) {
  const std::string_view word = Text(file, StatementBegin(file, token));
  return word == "if" || word == "else" || word == "while" || word == "for" || word == "switch";
}

/// The condition of the `if` that the braces open behind, or that the statement itself begins with.
CodeRange GuardOf(const SourceFile& file, std::size_t leaving) {
  std::size_t first = StatementBegin(file, leaving);
  if (Text(file, first) != "if") {
    const std::size_t open = TokenAt(file, BlockAround(file, leaving).begin);
    if (open < 2) return {};
    first = StatementBegin(file, open - 1);
  }
  if (Text(file, first) != "if" || Text(file, first + 1) != "(") return {};
  return RangeOf(file, first + 1, ClosingToken(file, first + 1));
}

bool TestsForNull(const SourceFile& file, CodeRange condition, const std::string& variable) {
  if (condition.begin == condition.end || UsesOf(file, condition, variable).empty()) return false;
  const std::string_view text = file.Text(condition);
  return text.find("null") != std::string_view::npos ||
         text.find("NULL") != std::string_view::npos || text.find('!') != std::string_view::npos;
}

}  // namespace

bool MissesRelease(const SourceFile& file, const FunctionCode& function, int line,
                   const std::string& acquire, const std::string& release) {
  std::optional<std::size_t> acquired;
  for (const std::size_t use : UsesOf(file, function.body, acquire)) {
    if (file.tokens()[use].line == line && Text(file, use + 1) == "(") acquired = use;
  }
  if (!acquired) return false;
  const std::size_t begin = StatementBegin(file, *acquired);
  std::size_t equals = begin;
  while (equals < *acquired && Text(file, equals) != "=") ++equals;
  if (equals == *acquired || equals < begin + 2) return false;  // no declaration
  const std::string variable(Text(file, equals - 1));
  const CodeRange scope = BlockAround(file, *acquired);

  std::vector<std::size_t> releases;
  bool always = false;
  bool branches = false;
  for (const std::size_t use : UsesOf(file, scope, release)) {
    if (use < *acquired || Text(file, use + 1) != "(") continue;
    const std::size_t close = ClosingToken(file, use + 1);
    if (UsesOf(file, RangeOf(file, use + 1, close), variable).empty()) continue;
    releases.push_back(use);
    const bool direct = BlockAround(file, use) == scope;
    if (direct && !IsGuarded(file, use)) always = true;
    const std::size_t open = TokenAt(file, BlockAround(file, use).begin);
    branches = branches || Text(file, StatementBegin(file, use)) == "else" ||
               (!direct && open >= 2 && Text(file, open - 2) == "else");
  }
  if (releases.empty()) return false;
  bool leaves_last = false;
  for (std::size_t i = *acquired; i < file.tokens().size(); ++i) {
    if (file.tokens()[i].begin >= scope.end) break;
    const std::string_view word = Text(file, i);
    if (word != "return" && word != "co_return" && word != "throw") continue;
    const auto own = FunctionAt(file, file.tokens()[i].line, true);
    if (!own || own->whole != function.whole) continue;
    leaves_last = BlockAround(file, i) == scope && !IsGuarded(file, i);
    const bool hands_out = Text(file, i + 1) == variable && Text(file, i + 2) == ";";
    if (hands_out || TestsForNull(file, GuardOf(file, i), variable)) continue;
    const bool released = std::any_of(releases.begin(), releases.end(), [&](std::size_t use) {
      const bool before = use < i && !IsGuarded(file, use);
      const std::size_t end = file.text().find(';', file.tokens()[i].begin);
      return (before && Within(BlockAround(file, use), file.tokens()[i].begin)) ||
             (use > i && file.tokens()[use].begin < end);
    });
    // Where two branches release it, both may.
    if (!released && !branches) return true;
  }
  return !always && !branches && !leaves_last;
}

}  // namespace memprof
