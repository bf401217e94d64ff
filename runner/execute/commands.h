// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMANDS_H_
#define MEMPROF_RUNNER_EXECUTE_COMMANDS_H_

#include "runner/base/result.h"
#include "runner/cli/options.h"

namespace memprof {

/// Does what the command line asks for, and returns the status to end with.
Result<int> Perform(const Request& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMANDS_H_
