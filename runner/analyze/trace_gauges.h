// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_TRACE_GAUGES_H_
#define MEMPROF_RUNNER_ANALYZE_TRACE_GAUGES_H_

#include <vector>

#include "runner/analyze/owner_table.h"
#include "runner/analyze/trace_owners.h"

namespace memprof {

/// Fills in the gauges of each owner, and the stacks of objects that are not released. `process`:
/// those of the whole process. `owners` is in the order of `table`.
///
/// Objects belong to whoever acquired them, whoever releases them. A gauge that is read belongs to
/// the tests by what their windows changed, and to the program for the rest; so do objects of which
/// the trace has not all, because a table was full or one was acquired several times.
void AddGauges(const RecordFile& record, const std::vector<GaugeSeries>& process,
               const OwnerTable& table, const IterationColumns& columns, const StackReader& stacks,
               std::vector<TracedOwner>* owners);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_TRACE_GAUGES_H_
