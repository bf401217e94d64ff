// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TRIAGE_H_
#define MEMPROF_RUNNER_EXECUTE_TRIAGE_H_

#include <string>
#include <vector>

#include "runner/analyze/suspects.h"
#include "runner/diagnose/evidence.h"
#include "runner/execute/profile_set.h"
#include "runner/execute/progress.h"
#include "runner/execute/screen.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Runs the suspects again with a full trace, `triage_runs` times and all in one process, and those
/// that grow on and on within their budget. See MeasureSuspects and FollowGrowth for what happens
/// to tests that cannot be run like that.
///
/// One result for each suspect, in their order; then one for each suite, and for the program, that
/// keeps something of its own (`scope` says so, and `test` is a suspect whose rerun shows it).
/// `profiles` gets what the processes allocated.
std::vector<TestEvidence> RunTriage(const RunOptions& options, const Screen& screen,
                                    const std::vector<Suspect>& suspects,
                                    const std::string& directory, Progress* progress,
                                    ProfileSet* profiles);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TRIAGE_H_
