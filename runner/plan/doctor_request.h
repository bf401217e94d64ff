// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_DOCTOR_REQUEST_H_
#define MEMPROF_RUNNER_PLAN_DOCTOR_REQUEST_H_

#include <cstddef>
#include <string>

#include "runner/plan/run_options.h"

namespace memprof {

/// What `memprof doctor` was asked to do.
struct DoctorRequest {
  RunOptions run;  ///< as a run would have them; without a command the machine alone is looked at
  std::string format = "text";  ///< or "json"
  bool color = false;
  std::size_t columns = 100;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_DOCTOR_REQUEST_H_
