// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_MACHINE_LIMITS_H_
#define MEMPROF_RUNNER_EXECUTE_MACHINE_LIMITS_H_

#include "runner/plan/extension.h"

namespace memprof {

/// What this machine can bear, now.
MachineLimits ReadMachineLimits();

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_MACHINE_LIMITS_H_
