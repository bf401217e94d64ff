// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PROGRAM_FACTS_H_
#define MEMPROF_RUNNER_EXECUTE_PROGRAM_FACTS_H_

#include <string>

#include "runner/doctor/program_facts.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// Looks at the program that `options.command` names, and starts it as a run would, with a filter
/// that no test passes: by itself, under LeakSanitizer and under massif. A program in which there
/// is no GoogleTest is not started. `scratch` is a directory for what they write.
ProgramFacts LookAtProgram(RunOptions options, const std::string& scratch);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PROGRAM_FACTS_H_
