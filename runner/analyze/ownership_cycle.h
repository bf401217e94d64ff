// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_OWNERSHIP_CYCLE_H_
#define MEMPROF_RUNNER_ANALYZE_OWNERSHIP_CYCLE_H_

#include <cstdint>
#include <vector>

#include "runner/analyze/heap_view.h"
#include "runner/analyze/site_retention.h"

namespace memprof {

/// The circles of owners among the lost blocks of a snapshot.
struct LostCycles {
  /// Each kind once: the same steps through the same members.
  std::vector<OwnershipCycle> cycles;
  /// By block: the index into `cycles` of the one that it is part of or hangs from, else kNoNode.
  /// Empty when there are no cycles.
  std::vector<std::uint32_t> of_block;
  /// By block: whether it is on a circle of owners or held by one, also where nothing can be told
  /// of the circle. Empty when there is none.
  std::vector<bool> is_circular;
};

/// Finds them: strong components over the owning pointers, in which at least one owner shares, and
/// that no other lost block owns: else it is that block which was lost first. Each is told by the
/// shortest circle through its owner, the object of the user's that was made first. Time is linear
/// in the lost blocks and the pointers among them.
LostCycles FindLostCycles(HeapView& view, MemberPaths& members, ProgramTypes& types);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_OWNERSHIP_CYCLE_H_
