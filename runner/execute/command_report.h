// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_REPORT_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_REPORT_H_

#include "runner/base/result.h"
#include "runner/plan/report_request.h"

namespace memprof {

/// `memprof report`: reads the reports, merges them, holds the whole against the policy, and
/// writes and prints it. Returns the exit status. Errors: kUsage where a path holds no report or a
/// damaged one; kUnreadable where something cannot be written.
Result<int> CommandReport(const ReportRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_REPORT_H_
