// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_WASTE_TRACE_H_
#define MEMPROF_RUNNER_EXECUTE_WASTE_TRACE_H_

#include <string>

#include "runner/analyze/framework_place.h"
#include "runner/base/result.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/plan/run_options.h"
#include "runner/report/profile.h"

namespace memprof {

/// What one test allocated in a process of its own.
struct TracedWaste {
  WasteEvidence evidence;
  FrameworkPlace framework;  ///< where GoogleTest lies, by the stacks
  Profile profile;           ///< of one run; with the peaks of two, where they were asked for
};

/// How `test` ran in the screen, to plan its reruns by.
struct WasteJob {
  RecordedTest test;
  double native_seconds = 0;
  bool needs_peak = false;  ///< one more process, of two runs: a peak is seen coming by the run
                            ///< before it
};

/// Runs the test alone with a full trace, once, so that the figures are those of one run; and again
/// for its peak. Only what the test's own code, its threads' included, allocated is told. Errors:
/// kProcess with a clause, where the test crashed, hung, failed, or nothing was traced. Without a
/// peak the rest is told all the same.
Result<TracedWaste> TraceWaste(const RunOptions& options, const WasteJob& job,
                               const std::string& source_root, const std::string& directory);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_WASTE_TRACE_H_
