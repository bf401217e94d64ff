// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RUNNING_PROCESS_H_
#define MEMPROF_RUNNER_EXECUTE_RUNNING_PROCESS_H_

#include <sys/types.h>

#include <string>

#include "runner/base/result.h"
#include "runner/report/report.h"

namespace memprof {

/// What the running process `pid` holds at this moment, as a report with one profile: asks the
/// tracker in it, which lets it run on. `source_root` may be empty. Errors: those of
/// AskForSnapshot(), and kDamaged where what it wrote cannot be read.
Result<Report> ReportOfRunning(pid_t pid, const std::string& source_root);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RUNNING_PROCESS_H_
