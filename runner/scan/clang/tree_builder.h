// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_CLANG_TREE_BUILDER_H_
#define MEMPROF_RUNNER_SCAN_CLANG_TREE_BUILDER_H_

#include <clang-c/Index.h>

#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// The code of a parsed unit that is not of system headers, as plain values.
SyntaxUnit BuildTree(CXTranslationUnit unit);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_CLANG_TREE_BUILDER_H_
