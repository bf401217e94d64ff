// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_LOST_STRUCTURE_H_
#define MEMPROF_RUNNER_DIAGNOSE_LOST_STRUCTURE_H_

#include <vector>

#include "runner/base/frame.h"

namespace memprof {

/// What lost blocks are together.
enum class LostStructure {
  kSingle,  ///< blocks that nothing points to, with what they hold
  // These only point to each other.
  kSharedCycle,  ///< shared pointers that own each other
  kContainer,    ///< nodes of a std::map, std::list, … that point back to their container
  kOwnNodes,     ///< objects from plain `new` or `malloc` that point to each other
  kLostWhole,    ///< shared pointers, but by the heap snapshot's types no circle of owners
  kUnknown,
};

/// What blocks are of which LeakSanitizer says that they only point to each other; never kSingle
/// or kLostWhole, which stacks do not tell.
/// Told by who called the allocator, from the stacks of all these blocks: std::shared_ptr makes its
/// counts in functions of its own, and containers their nodes. A heuristic: objects that count
/// their owners themselves look like kOwnNodes. kUnknown where shared pointers, containers and
/// plain `new` all occur, and where nothing is named and a stack has no lines (an optimized program
/// without debug information), since the compiler may have inlined what would tell.
LostStructure StructureOf(const std::vector<const Stack*>& stacks);

/// Whether a block was allocated by the user's code itself, and not for it by a library's
/// templates; then its line is where the structure was made.
bool IsPlainAllocation(const Stack& stack);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_LOST_STRUCTURE_H_
