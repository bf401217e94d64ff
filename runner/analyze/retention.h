// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_RETENTION_H_
#define MEMPROF_RUNNER_ANALYZE_RETENTION_H_

#include <span>
#include <string>
#include <vector>

#include "runner/analyze/program_types.h"
#include "runner/analyze/site_retention.h"
#include "runner/analyze/traced_owner.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Fills in `retention` of every site of `owners`, whose `origins` must be set: which variable
/// holds its blocks and through what, which of them nothing holds, and which circle they are part
/// of.
///
/// `snapshots` are those that could be read, by iteration; `why_not` says why there is none, when
/// there is none. Paths are the shortest from what people can change: first from the user's own
/// variables, then from other modules', mappings, and at last stacks and registers. Time is linear
/// in the snapshots, about; memory is some 200 bytes a block of one snapshot beside them.
void FindRetention(const RecordedTrace& trace, std::span<const HeapSnapshot> snapshots,
                   const std::string& why_not, ProgramTypes& types,
                   std::vector<TracedOwner>* owners);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_RETENTION_H_
