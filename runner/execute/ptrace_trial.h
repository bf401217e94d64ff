// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_PTRACE_TRIAL_H_
#define MEMPROF_RUNNER_EXECUTE_PTRACE_TRIAL_H_

#include "runner/doctor/machine_facts.h"

namespace memprof {

/// Stops processes by ptrace, in the two ways that memprof needs: a child, as when a test hangs,
/// and a parent that permits it, as LeakSanitizer and heap snapshots do. Must be called while this
/// process has one thread.
PtraceTrial TryPtrace();

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_PTRACE_TRIAL_H_
