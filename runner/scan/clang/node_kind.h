// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_CLANG_NODE_KIND_H_
#define MEMPROF_RUNNER_SCAN_CLANG_NODE_KIND_H_

#include <clang-c/Index.h>

#include "runner/scan/syntax/syntax_node.h"

namespace memprof::scan {

/// What a cursor is in a SyntaxUnit.
NodeKind NodeKindOf(CXCursor cursor);

/// Whether it names a type, a namespace or an attribute within something else, and so is no node.
bool IsLeftOut(CXCursorKind kind);

/// Whether its only child stands in its place: parentheses and what the compiler puts in.
bool IsTransparent(CXCursorKind kind);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_CLANG_NODE_KIND_H_
