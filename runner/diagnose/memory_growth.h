// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MEMORY_GROWTH_H_
#define MEMPROF_RUNNER_DIAGNOSE_MEMORY_GROWTH_H_

#include <vector>

#include "runner/analyze/growth.h"
#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Whether what is lost each run accounts for the growth of the live bytes. Lost sizes are the
/// requested ones and live bytes the allocator's, so blocks are counted, and bytes are compared
/// with what glibc makes of a request. A heuristic: other allocators round up more coarsely, hence
/// a quarter of slack where the blocks match.
bool LostExplainsGrowth(const TestEvidence& evidence, const Thresholds& thresholds);

/// Findings for memory that rises by `growth` and is not lost: one for the test, and one for each
/// of the suite and the program where massif saw calls of theirs. The evidence's bytes must be
/// measured, and growing.
std::vector<Finding> GrowthFindings(const TestEvidence& evidence, const GrowthResult& growth,
                                    const DiagnoseContext& context, const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MEMORY_GROWTH_H_
