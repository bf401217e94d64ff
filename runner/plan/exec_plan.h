// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_EXEC_PLAN_H_
#define MEMPROF_RUNNER_PLAN_EXEC_PLAN_H_

#include <string>
#include <string_view>

#include "runner/plan/rerun_plan.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// The program as the user would start it, with `options.preload` in it, a full trace, a heap
/// snapshot at its end, and a socket to ask it by. `service` is what the user's own MEMPROF_SERVICE
/// holds: it stays.
RunPlan PlanExec(const RunOptions& options, const RunFiles& files, const std::string& service);

/// The program that the kernel starts for a script, by the script's first bytes: "/usr/bin/env" of
/// "#!/usr/bin/env python3". Empty for what is no script.
std::string InterpreterOf(std::string_view first_bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_EXEC_PLAN_H_
