// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_CODE_OUTLINE_H_
#define MEMPROF_RUNNER_SOURCE_CODE_OUTLINE_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runner/source/code_scope.h"
#include "runner/source/source_file.h"

namespace memprof {

/// What a file's braces are, found by their heads: what stands between the end of the statement
/// before and the `{`. The groundwork of code_scope.h.
struct CodeOutline {
  /// Of each bracket that opens, the token that closes it; else the number of tokens.
  std::vector<std::size_t> closing;
  std::vector<FunctionCode> functions;  ///< in their order, closures among them
  std::vector<ClassCode> classes;
  std::set<std::size_t> blocks;    ///< `{` of functions, classes, namespaces and enumerations
  std::set<std::size_t> closures;  ///< `{` of closures
};

/// Nothing when brackets do not match, as where branches of `#if` open one block twice, or nest
/// deeper than people write.
std::optional<CodeOutline> OutlineOf(const SourceFile& file);

/// Whether it is written as macros are: in capitals, "TEST_F".
bool LooksLikeMacro(std::string_view word);

/// The tokens [first, end) with single blanks where the text has any, and none before `*` and `&`.
std::string Spelled(const SourceFile& file, std::size_t first, std::size_t end);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_CODE_OUTLINE_H_
