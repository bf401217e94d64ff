// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_EXEC_PROGRAM_H_
#define MEMPROF_RUNNER_EXECUTE_EXEC_PROGRAM_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/execute/process.h"
#include "runner/execute/program_report.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// What became of a program that was run with the tracker in it.
struct ExecutedProgram {
  ProcessEnd end;
  MeasuredProgram measured;
  std::string crash;               ///< as Report::crash; empty where it ended as it wanted to
  std::vector<std::string> notes;  ///< what was seen and is no gap: a script's interpreter, …
  std::vector<NotMeasured> gaps;   ///< why `measured` is not all
};

/// Runs the program in the foreground, with files in `work`, and reads what the tracker in it left.
/// Says on standard error which process is tracked, unless `options.quiet`. When its time is up it
/// is asked for a snapshot before it is stopped.
///
/// Errors: kUnsupported, with the reason and before it was started, where nothing can be preloaded
/// into it; kNotFound, kProcess where it or the plugin is not there, or it cannot be started;
/// kProcess, with how it ended, where it ran and the plugin never spoke.
Result<ExecutedProgram> ExecProgram(const RunOptions& options, const std::string& work);

/// Removes the records that an execution left in `work`, which may be large.
void RemoveExecRecords(const std::string& work);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_EXEC_PROGRAM_H_
