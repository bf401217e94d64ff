// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_CTEST_STAGES_H_
#define MEMPROF_RUNNER_EXECUTE_CTEST_STAGES_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/compare/policy.h"
#include "runner/execute/progress.h"
#include "runner/plan/run_options.h"
#include "runner/report/ctest_output.h"
#include "runner/report/report.h"

namespace memprof {

// The stages of a run one by one, as CTest asks for them. Between CTest's tests the output
// directory carries what they know:
//
//     screen.json          the report as the screen left it: every test, and its suspects below
//     suspects/<key>.json  one for each suspect: what triage showed of it, and of the suite and the
//                          program where it stands in for them; absent: the test is clean
//     suspects/<key>.rec   the record of its last rerun
//     suspects/<key>.screen.json  what the screen alone found of a test
//     suspects/<key>.keeps.json   what a test declares to keep
//     suspects/figures.txt what each test keeps and uses, for CTest's measurements
//     results/<key>.json   the report of one suspect, with its findings
//
// where <key> is FileKey() of the test's full name.

/// What a stage leaves, and what it means for the caller.
struct StageOutcome {
  Report report;
  /// One line for CTest's log: why the test failed, or was not measured.
  std::string reason;
  int exit_code = 0;
  std::vector<CtestMeasurement> measurements;  ///< of the test, or of the whole run
};

/// Screen and triage; fails only where there is no record.
Result<StageOutcome> RunScreenStage(const RunOptions& options, const std::string& directory,
                                    Progress* progress);

/// Confirms and judges one test. `policy` decides whether its findings fail it; what it leaves for
/// the report has all of them.
Result<StageOutcome> RunTestStage(const RunOptions& options, const Policy& policy,
                                  const std::string& directory, Progress* progress);

/// Brings the results together. Its exit code covers what belongs to no test, and what by `policy`
/// only all parts together show.
Result<StageOutcome> RunReportStage(const RunOptions& options, const Policy& policy,
                                    const std::string& directory);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_CTEST_STAGES_H_
