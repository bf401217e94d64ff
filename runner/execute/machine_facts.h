// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_MACHINE_FACTS_H_
#define MEMPROF_RUNNER_EXECUTE_MACHINE_FACTS_H_

#include <string>

#include "runner/doctor/machine_facts.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Tries what `memprof run` with these options would use: starts the tools, traces processes, makes
/// files and removes them. `scratch` is a directory for what they write.
MachineFacts LookAtMachine(const RunOptions& options, const std::string& scratch);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_MACHINE_FACTS_H_
