// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_LOST_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_LOST_FINDINGS_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// One finding for each place that lost memory; empty when nothing told of losses. Most bytes a run
/// first, then most in all. `evidence` must be Reconciled().
///
/// What one circle of owners keeps, by heap snapshots, is one finding, wherever it was made. Other
/// blocks that only other lost blocks point to belong to the largest finding of their scope (test,
/// suite, program) that can own them. Where none can, those of a scope are one finding together: a
/// cycle, or a structure that was lost whole. A heuristic: of two independent losses, one a cycle,
/// the cycle is told with the other, and shows once that is mended.
///
/// LeakSanitizer decides what is unreachable, and where it could not the heap snapshot. Where the
/// trace has the same call, the place is the trace's. CRITICAL is what is lost and made in at least
/// two runs, if the trace does not contradict it: where it saw all of that memory freed, or made in
/// one run, LeakSanitizer was misled, or the loss depends on which tests run (it ran this one
/// alone). Then it is a WARNING that says who says what; or nothing, where a loss that does not
/// come back was freed and is less than `one_time_bytes`.
///
/// What a descriptor or a thread takes for itself, and what is allocated at the line that acquires
/// one, is left out when these grow: they are the finding.
std::vector<Finding> LostFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_LOST_FINDINGS_H_
