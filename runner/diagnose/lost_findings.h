// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_LOST_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_LOST_FINDINGS_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// One finding for each place that lost memory; empty when LeakSanitizer did not run. Most bytes a
/// run first, then most in all.
///
/// Blocks that only other lost blocks point to belong to the largest finding of their scope (test,
/// suite, program) that can own them. Where none can, those of a scope are one finding together: a
/// cycle, or a structure that was lost whole. A heuristic: of two independent losses, one a cycle,
/// the cycle is told with the other, and shows once that is mended.
///
/// What a descriptor or a thread takes for itself is left out when these grow: they are the
/// finding.
std::vector<Finding> LostFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_LOST_FINDINGS_H_
