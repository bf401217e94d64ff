// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_PROFILED_STACK_H_
#define MEMPROF_RUNNER_DIAGNOSE_PROFILED_STACK_H_

#include <optional>
#include <string>

#include "runner/analyze/user_code.h"
#include "runner/base/frame.h"

namespace memprof {

/// A named stack as a profile shows it: as ReportedStack() has it, but that GoogleTest's files keep
/// their absolute paths where they lie below the source root, for relative files are the user's.
/// Nothing for a call that is nobody's: what GoogleTest and memprof make for themselves, and what
/// the system's libraries make without any code of the user's, as the C++ runtime's emergency pool.
std::optional<Stack> ProfiledStack(const Stack& stack, const UserCode& user_code,
                                   const std::string& source_root);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_PROFILED_STACK_H_
