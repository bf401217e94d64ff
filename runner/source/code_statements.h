// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SOURCE_CODE_STATEMENTS_H_
#define MEMPROF_RUNNER_SOURCE_CODE_STATEMENTS_H_

#include <cstddef>
#include <vector>

#include "runner/source/code_outline.h"
#include "runner/source/source_file.h"

namespace memprof {

/// A statement's tokens [first, last], and the `{` that it stands directly within (the number of
/// tokens where none).
struct CodeStatement {
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t block = 0;
};

/// All of the file, an outer one before those within it. Heads of functions, classes and
/// namespaces are none.
std::vector<CodeStatement> StatementsOf(const SourceFile& file, const CodeOutline& outline);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SOURCE_CODE_STATEMENTS_H_
