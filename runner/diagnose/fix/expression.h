// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_EXPRESSION_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_EXPRESSION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

// Expressions as tokens have them. Indices are into file.tokens(). Heuristics, like code_scope.h:
// operators are told by their neighbours alone, types are not known.

/// Text of the token; empty for literals and where there is no such token.
std::string_view TokenText(const SourceFile& file, std::size_t index);
/// Whether tokens `first` and the next are `text`'s characters without a blank between: "==".
bool IsPair(const SourceFile& file, std::size_t first, std::string_view text);
/// Index of the bracket that `close` closes; the number of tokens when nothing opens it.
std::size_t OpeningToken(const SourceFile& file, std::size_t close);

/// First token of the expression that ends in `last` and is made of names, `.`, `->`, `::`, calls
/// and indices: of `a` in "a.b(c)->d".
std::size_t PostfixBegin(const SourceFile& file, std::size_t last);
/// Whether the token is the name that a declaration gives: "int n = 0", "const T& n)", "auto n :".
bool IsDeclaredName(const SourceFile& file, std::size_t index);
/// Whether the token is a member's name behind `.`, `->` or `::`.
bool IsQualified(const SourceFile& file, std::size_t index);
/// Only names, `.` and `->`, without a call: "row", "this->text_", "table->rows.csv".
bool IsPlainPath(const SourceFile& file, CodeRange range);

/// The parts of `range` between each `separator` ("+", ",") outside of brackets. One part, the
/// range itself, where there is none; nothing where brackets do not match. A `+` before `=` or
/// beside another, and `<` that may open a template's arguments, count as no separator.
std::vector<CodeRange> PartsOf(const SourceFile& file, CodeRange range, char separator);

/// Whether code in `range` may change the object `name`: assigns, calls a method on it that is not
/// known to only read, takes its address or a reference to it that is not const, indexes it, or
/// passes it to a function that is not known to only read.
bool MayChange(const SourceFile& file, CodeRange range, std::string_view name);
/// Whether a closure whose body begins in `within` goes on behind `offset`.
bool IsInClosure(const SourceFile& file, CodeRange within, std::size_t offset);
/// `range` without blanks at its ends.
CodeRange Trimmed(const SourceFile& file, CodeRange range);
/// "\r\n" where the file's first line ends so, else "\n".
std::string_view NewlineOf(const SourceFile& file);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_EXPRESSION_H_
