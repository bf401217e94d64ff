// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_SCAN_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_SCAN_H_

#include "runner/base/result.h"
#include "runner/plan/scan_request.h"

namespace memprof {

/// `memprof scan`: reads the source of a build, holds the risks that it finds against the policy,
/// and writes and prints the report. Returns the exit status. Errors: kUsage where there is no
/// compile_commands.json or a path is not there; kDamaged where it is none; kUnreadable where no
/// file could be read, or something cannot be written; kUnsupported without libclang.
Result<int> CommandScan(const ScanRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_SCAN_H_
