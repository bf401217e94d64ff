// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TRIAGE_H_
#define MEMPROF_RUNNER_EXECUTE_TRIAGE_H_

#include <string>
#include <vector>

#include "runner/analyze/suspects.h"
#include "runner/diagnose/evidence.h"
#include "runner/execute/progress.h"
#include "runner/execute/screen.h"
#include "runner/plan/extension.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Runs each suspect alone, `triage_runs` times in one process, and those that grow on and on
/// within their budget, `options.jobs` at once. A rerun that fails beside others is repeated by
/// itself before it is believed. One result for each suspect, in their order.
std::vector<TestEvidence> RunTriage(const RunOptions& options, const Screen& screen,
                                    const std::vector<Suspect>& suspects,
                                    const std::string& directory, Progress* progress);

/// What this machine can bear, now.
MachineLimits ReadMachineLimits();

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TRIAGE_H_
