// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_DIFF_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_DIFF_H_

#include "runner/base/result.h"
#include "runner/cli/diff_options.h"

namespace memprof {

/// `memprof diff BASE NEW`: prints or writes the comparison. Returns the exit status, as
/// DiffExitCode() has it. Errors: kUsage where a file is missing or no report; what WriteFile()
/// says.
Result<int> CommandDiff(const DiffRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_DIFF_H_
