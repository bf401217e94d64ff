// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TRIAGED_H_
#define MEMPROF_RUNNER_EXECUTE_TRIAGED_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/evidence.h"
#include "runner/execute/progress.h"
#include "runner/execute/screen.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// What screen and triage know together.
struct Triaged {
  Screen screen;
  std::string source_root;
  std::vector<TestEvidence> evidence;
  std::vector<double> native_seconds;  ///< of each evidence
  Report report;                       ///< the screen's
  std::vector<Finding> screen_findings;
};

/// Screens all tests and triages the suspects; fails only where there is no record.
/// `chosen->preload` says afterwards what the other runs must preload.
Result<Triaged> ScreenAndTriage(RunOptions* chosen, const std::string& directory,
                                Progress* progress);

/// What findings of a run with these options need to know.
DiagnoseContext ContextFor(const RunOptions& options, const std::string& source_root);

/// Adds to the report what the evidence shows, and what could not be measured.
void AddDiagnosis(const TestEvidence& evidence, const RunOptions& options,
                  const std::string& source_root, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TRIAGED_H_
