// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_CALL_TREE_H_
#define MEMPROF_RUNNER_REPORT_CALL_TREE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "runner/report/call_texts.h"

namespace memprof {

/// A call, and the bytes that were allocated through it; below it the calls that it came from. A
/// stack may end here while others go on, so callers may have less than the call, and never more.
struct CallNode {
  std::uint32_t call = 0;  ///< a number of the CallTexts; without meaning in the root
  std::uint64_t bytes = 0;
  std::vector<CallNode> callers;  ///< most bytes first
};

/// Bytes by stack. Stacks of no bytes are left out.
using BytesByStack = std::map<TextStack, std::uint64_t>;

/// The tree of `stacks`: its root has all bytes, below it are the innermost calls.
CallNode CallTree(const BytesByStack& stacks);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_CALL_TREE_H_
