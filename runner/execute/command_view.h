// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_VIEW_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_VIEW_H_

#include "runner/base/result.h"
#include "runner/plan/view_request.h"

namespace memprof {

/// `memprof leaks` and the other views: reads the results, merges them, and prints what the view
/// says of them. Returns the exit status, 0. Errors: kUsage where a path holds no report, or a name
/// matches nothing in it; kDamaged where a report cannot be read.
Result<int> CommandView(const ViewRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_VIEW_H_
