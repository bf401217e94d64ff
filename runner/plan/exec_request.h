// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_EXEC_REQUEST_H_
#define MEMPROF_RUNNER_PLAN_EXEC_REQUEST_H_

#include "runner/plan/run_options.h"

namespace memprof {

/// What `memprof exec` was asked to do.
struct ExecRequest {
  /// As a run would have them. `command` is the program; `timeout_s` of 0 means no limit.
  RunOptions run;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_EXEC_REQUEST_H_
