// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_WASTE_STAGE_H_
#define MEMPROF_RUNNER_EXECUTE_WASTE_STAGE_H_

#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/execute/profile_set.h"
#include "runner/execute/progress.h"
#include "runner/execute/screen.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// Looks at what the tests allocate for nothing: each that the screen shows to allocate much runs
/// alone with a full trace, `options.jobs` at once, and under DHAT where the trace gives cause. See
/// FindWasteCandidates for which, and WasteFindings for what is told.
///
/// Adds to `findings`, which must have those of the screen: what a test's peak is made of is told
/// with the finding on that peak where there is one. A test that crashes, hangs or fails alone is
/// "not measured". No test and no DHAT is begun that would not be done, by the test's time in the
/// screen, before WasteRule::budget_s is over. Says in `report->stages` what ran, and how much is
/// left out for the limit and the budget. `profiles` gets what the traced tests allocated.
void RunWasteStage(const RunOptions& options, const Screen& screen, const DiagnoseContext& context,
                   const std::string& directory, Progress* progress, ProfileSet* profiles,
                   Report* report, std::vector<Finding>* findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_WASTE_STAGE_H_
