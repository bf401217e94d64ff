// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_COMMAND_DOCTOR_H_
#define MEMPROF_RUNNER_EXECUTE_COMMAND_DOCTOR_H_

#include "runner/base/result.h"
#include "runner/plan/doctor_request.h"

namespace memprof {

/// `memprof doctor [PROGRAM]`: tries everything that a run would use, and prints what works.
/// Returns the exit status: 0 where tests can be measured, 3 where they cannot. Must be called
/// while this process has one thread.
Result<int> CommandDoctor(const DoctorRequest& request);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_COMMAND_DOCTOR_H_
