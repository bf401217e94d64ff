// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_EXEC_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_EXEC_H_

#include "runner/base/result.h"
#include "runner/plan/exec_request.h"

namespace memprof {

/// `memprof exec`: runs a program with the tracker in it, prints what it held on standard error,
/// writes the reports, and returns the status to end with.
Result<int> CommandExec(const ExecRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_EXEC_H_
