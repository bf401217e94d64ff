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

/// Findings for memory of which the live bytes rise by `growth`: `losses` (what LostFindings gave,
/// most first), and where these do not account for it one for the owner of the series. Places and
/// shares come from the trace, with massif as the second opinion; without a trace from massif, then
/// with one finding more for each of the suite and the program where it saw calls of theirs. It is
/// accounted for when what is lost comes to as much, and when it rises only at lines that lose
/// memory or acquire what grows by itself. The evidence's bytes must be measured, and growing.
std::vector<Finding> LostAndGrowing(std::vector<Finding> losses, const TestEvidence& evidence,
                                    const GrowthResult& growth, const DiagnoseContext& context,
                                    const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MEMORY_GROWTH_H_
