// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_HUNG_PROCESS_H_
#define MEMPROF_RUNNER_EXECUTE_HUNG_PROCESS_H_

#include <sys/types.h>

#include <string>

#include "runner/execute/thread_stacks.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// Reads where a program hangs, before it is killed: the stacks of the process that the record at
/// `record_path` names, for the one that we started may be a shell or a launcher. Where it names
/// none that descends from `started`, those of `started`. Takes 1.5 s and a reading of the record
/// at most.
ThreadStacks StacksOfHung(pid_t started, const std::string& record_path);

/// The same as a clause, for a program that hung before its first test: "in pause, called from
/// main at a.cc:11". Empty where it is not known.
std::string WhereItHung(const ThreadStacks& hung, const RunOptions& options);

/// Names the stacks, after the process is gone, and sets the report's `hang_stack`,
/// `hang_threads` and the end of `crash`; or says in `not_measured` why they could not be read.
/// `test` hung, or none where it is empty. `directory` is where the process began.
void ReportHang(const ThreadStacks& hung, const std::string& test, const std::string& directory,
                const RunOptions& options, const std::string& source_root, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_HUNG_PROCESS_H_
