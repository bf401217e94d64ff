// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DOCTOR_PROGRAM_CHECKS_H_
#define MEMPROF_RUNNER_DOCTOR_PROGRAM_CHECKS_H_

#include <vector>

#include "runner/doctor/check.h"
#include "runner/doctor/program_facts.h"

namespace memprof {

/// What can be measured of the program. Where its tests cannot be followed at all, that alone.
std::vector<Check> JudgeProgram(const ProgramFacts& facts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DOCTOR_PROGRAM_CHECKS_H_
