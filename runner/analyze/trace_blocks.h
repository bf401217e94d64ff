// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TRACE_BLOCKS_H_
#define MEMPROF_RUNNER_ANALYZE_TRACE_BLOCKS_H_

#include <vector>

#include "runner/analyze/owner_table.h"
#include "runner/analyze/trace_owners.h"

namespace memprof {

/// Fills in bytes, live blocks and sites of each owner. `owners` is in the order of `table`.
void AddBlocks(const RecordFile& record, const OwnerTable& table, const IterationColumns& columns,
               const StackReader& stacks, std::vector<TracedOwner>* owners);

/// Turns the change from each value to the next into the values.
void SumUp(std::vector<std::int64_t>* changes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TRACE_BLOCKS_H_
