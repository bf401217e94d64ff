// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RUN_WITH_SCAN_H_
#define MEMPROF_RUNNER_EXECUTE_RUN_WITH_SCAN_H_

#include <optional>

#include "runner/base/result.h"
#include "runner/execute/progress.h"
#include "runner/execute/scanned_findings.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// The scan of `memprof run --with-scan`, before the tests run: beside them it would take the cores
/// that they are timed on. Nothing where it was not asked for. Errors: kUsage where there is no
/// compile_commands.json, --scan-build's or the nearest to the test binary. What goes wrong later
/// is told as not measured: the tests run all the same.
Result<std::optional<Scanned>> ScanBeforeRun(const RunOptions& options, Progress* progress);

/// Takes what was scanned into the report of the run, whose findings are complete: a risk that a
/// finding is about is its evidence; the others are findings of their own, with no test.
void AddScan(Scanned scanned, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RUN_WITH_SCAN_H_
