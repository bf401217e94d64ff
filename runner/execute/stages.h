// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_STAGES_H_
#define MEMPROF_RUNNER_EXECUTE_STAGES_H_

#include <string>

#include "runner/base/result.h"
#include "runner/execute/progress.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// A whole run: screen, triage, confirm, diagnose.
Result<Report> RunAllStages(const RunOptions& options, const std::string& directory,
                            Progress* progress);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_STAGES_H_
