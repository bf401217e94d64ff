// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_CODE_STRUCTURE_H_
#define MEMPROF_RUNNER_SOURCE_CODE_STRUCTURE_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runner/source/code_outline.h"
#include "runner/source/code_statements.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A file's braces and statements, and where each of its words is.
struct CodeStructure {
  std::optional<CodeOutline> outline;
  std::vector<CodeStatement> statements;
  std::unordered_map<std::string_view, std::vector<std::size_t>> words;
};

/// Null when brackets do not match. The file keeps it, for each question of code_scope.h needs it
/// anew; the result lives as long as `file`. One thread at a time.
const CodeStructure* StructureOf(const SourceFile& file);

/// Indices of all tokens `text`, ascending, whether brackets match or not; kept likewise.
const std::vector<std::size_t>& TokensNamed(const SourceFile& file, std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_CODE_STRUCTURE_H_
