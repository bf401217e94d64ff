// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DOCTOR_MACHINE_CHECKS_H_
#define MEMPROF_RUNNER_DOCTOR_MACHINE_CHECKS_H_

#include <vector>

#include "runner/doctor/check.h"
#include "runner/doctor/machine_facts.h"

namespace memprof {

/// What the machine is worth to memprof, in the order in which a run needs it.
std::vector<Check> JudgeMachine(const MachineFacts& facts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DOCTOR_MACHINE_CHECKS_H_
