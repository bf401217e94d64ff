// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_BINARY_FACTS_H_
#define MEMPROF_RUNNER_EXECUTE_BINARY_FACTS_H_

#include <string>

#include "runner/plan/plugin_choice.h"

namespace memprof {

/// Looks at the file that `program` names, as a shell would find it: its headers, its permissions,
/// and what its loader says that it will load. The program itself is not run. Of a file that is not
/// there or cannot be read it knows nothing, and starting it will say why. `scratch` is a directory
/// for the loader's answer.
BinaryFacts InspectBinary(const std::string& program, const std::string& scratch);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_BINARY_FACTS_H_
