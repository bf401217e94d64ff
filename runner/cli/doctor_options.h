// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_CLI_DOCTOR_OPTIONS_H_
#define MEMPROF_RUNNER_CLI_DOCTOR_OPTIONS_H_

#include <string>

#include "runner/plan/doctor_request.h"

namespace CLI {
class App;
}  // namespace CLI

namespace memprof {

/// `memprof doctor` as text, before it is taken over.
struct RawDoctor {
  DoctorRequest request;
  std::string color = "auto";
};

/// Adds the subcommand to `app`. `raw` must outlive the parsing, which fills it.
CLI::App* AddDoctorCommand(CLI::App* app, RawDoctor* raw);

/// What was parsed into `raw`.
DoctorRequest TakeDoctor(const RawDoctor& raw);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_CLI_DOCTOR_OPTIONS_H_
