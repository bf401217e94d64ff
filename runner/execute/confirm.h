// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_CONFIRM_H_
#define MEMPROF_RUNNER_EXECUTE_CONFIRM_H_

#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/execute/progress.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// A suspect, and how long its test takes natively.
struct ConfirmJob {
  TestEvidence* evidence;
  double native_seconds = 0;
};

/// Runs each suspect alone under LeakSanitizer and massif, as far as `options.tools` has them and
/// there is reason to, `options.jobs` at once, and fills in `evidence->confirm`. With `--only` none
/// is run, and that is filled in.
void RunConfirm(const RunOptions& options, const std::vector<ConfirmJob>& jobs,
                const std::string& directory, Progress* progress);

/// The tools that measured any of the suspects, by the names that gaps have: not one that could not
/// run, which is a gap.
std::vector<std::string> ToolsThatMeasured(const std::vector<TestEvidence>& evidence);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_CONFIRM_H_
