// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_COMPLETE_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_COMPLETE_H_

#include "runner/base/result.h"
#include "runner/plan/view_request.h"

namespace memprof {

/// Prints the names that complete a word, a line each. Returns 0, and prints nothing where there is
/// no result to read: a shell shows no errors.
Result<int> CommandComplete(const CompletionRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_COMPLETE_H_
