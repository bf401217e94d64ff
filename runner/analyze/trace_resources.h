// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TRACE_RESOURCES_H_
#define MEMPROF_RUNNER_ANALYZE_TRACE_RESOURCES_H_

#include <vector>

#include "runner/analyze/owner_table.h"
#include "runner/analyze/trace_owners.h"

namespace memprof {

/// The three that are not memory from malloc.
inline constexpr std::array<Quantity, 3> kResourceQuantities = {
    Quantity::kDescriptors, Quantity::kThreads, Quantity::kMappedBytes};

/// Fills in descriptors, threads and mapped bytes of each owner, the identities of its descriptors,
/// and the stacks of what is alive at the end. `owners` is in the order of `table`.
void AddResources(const RecordFile& record, const OwnerTable& table,
                  const IterationColumns& columns, const StackReader& stacks,
                  std::vector<TracedOwner>* owners);

/// Adds what the process has more from one iteration to the next, by its totals, than its owners
/// do: a descriptor opened by a system call that no hook saw, a thread of another runtime. It goes
/// to the owners whose windows kept more in that iteration than was traced of them, in the order
/// they ran, and to the program where there are none; what is given back comes off those again. A
/// heuristic, and only by windows, as without a trace: one owner's untraced descriptor that another
/// closes within the iteration does not show at all, which is right.
///
/// The owners get a resource without a stack, with the targets of their window's new descriptors.
/// Amounts that were there before the end of the first iteration are left out.
void AddUntraced(const RecordFile& record, const ProcessSeries& process, const OwnerTable& table,
                 std::vector<TracedOwner>* owners);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TRACE_RESOURCES_H_
