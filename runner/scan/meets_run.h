// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_MEETS_RUN_H_
#define MEMPROF_RUNNER_SCAN_MEETS_RUN_H_

#include <cstddef>
#include <span>
#include <vector>

#include "runner/report/report.h"
#include "runner/scan/static_risk.h"

namespace memprof::scan {

/// Whether a run's finding and a risk are about the same thing: the same variable (what holds the
/// memory, by its name, its place, or as a member on the retention path), the same member of a
/// cycle, or the same call, by file and line. Both have their files below the same root. Of calls
/// that are not the innermost of the user's only those of the same pattern count: much passes
/// through them.
bool IsAboutSame(const Finding& finding, const StaticRisk& risk);

/// Takes the risks into a run's findings: one that a finding is about is its evidence, and raises
/// the confidence in its pattern where both have the same; where they have not, the run's stands
/// and the evidence says so; one without a pattern takes the risk's. Returns the indices
/// of the risks that met none.
std::vector<std::size_t> MeetRun(std::span<const StaticRisk> risks, std::vector<Finding>* findings);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_MEETS_RUN_H_
