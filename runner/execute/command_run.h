// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_RUN_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_RUN_H_

#include "runner/base/result.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// `memprof run`: does the stage asked for, writes the reports, prints the one for people on
/// stdout. Returns the exit status.
Result<int> CommandRun(const RunOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_RUN_H_
