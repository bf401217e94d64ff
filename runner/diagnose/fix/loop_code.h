// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_LOOP_CODE_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_LOOP_CODE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A `for` or `while` loop with its parts.
struct LoopCode {
  enum class Kind { kFor, kRangeFor, kWhile };
  Kind kind = Kind::kFor;
  CodeRange head;  ///< between its parentheses
  CodeRange body;  ///< with its braces, where it has some
  CodeRange whole;
  bool is_braced = false;
  /// kFor: three; kRangeFor: the declaration and what it goes over; kWhile: the condition.
  std::vector<CodeRange> parts;
  int line = 0;  ///< of the keyword
};

/// The loops in `function` whose bodies have `offset`, the innermost first. Loops of closures in
/// the function count too; a loop around a closure does not.
std::vector<LoopCode> LoopsAround(const SourceFile& file, const FunctionCode& function,
                                  std::size_t offset);

/// How often the body runs at most, as an expression that may be evaluated before the loop.
struct TurnCount {
  std::string expression;        ///< "rows", "500", "names.size()"
  bool may_be_negative = false;  ///< or is of an unknown integer type
};
/// Of `for (T i = 0; i < n; ++i)` with `n` left alone by the body, and of range-for over a standard
/// container; nothing of other loops.
std::optional<TurnCount> TurnsOf(const SourceFile& file, const FunctionCode& function,
                                 const LoopCode& loop);

/// The statement of the line that does the work: of "for (…) ids.push_back(i);" the last part.
std::optional<Statement> InnerStatementAt(const SourceFile& file, int line);
/// Whether the statement is the body, without braces, of a loop, an `if` or an `else`.
bool IsBareBody(const SourceFile& file, const Statement& statement);
/// The type of the local variable, parameter or member of the function's class that `name` is, as
/// it was declared there; empty when that cannot be told. Paths ("row.name") too, through classes
/// that the file defines.
std::string DeclaredType(const SourceFile& file, const FunctionCode& function,
                         std::string_view name);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_LOOP_CODE_H_
