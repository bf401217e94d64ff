// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_RERUN_H_
#define MEMPROF_RUNNER_EXECUTE_RERUN_H_

#include <functional>
#include <optional>
#include <string>

#include "runner/execute/process.h"
#include "runner/execute/thread_stacks.h"
#include "runner/parse/record_file.h"
#include "runner/plan/rerun_plan.h"

namespace memprof {

/// What a run of the test binary left behind.
struct Rerun {
  std::optional<ProcessEnd> end;
  std::optional<RecordFile> record;
  /// Why there is nothing to read: it could not be started, or wrote no whole record. A clause.
  std::string why_not;
  double seconds = 0;
  ThreadStacks hung = {};  ///< where it was when its time was up, if that was asked for
};

/// Whether a process that is stopped for its time limit is asked where it hangs.
enum class HangStacks { kNotRead, kRead };

/// Names for the files of one run below `directory`: "lsan-6-1a2b….rec", ….
RunFiles FilesFor(const std::string& directory, const std::string& purpose,
                  const std::string& test);

/// Stable, short and harmless in a file name, whatever the test is called.
std::string FileKey(const std::string& test);

/// Runs the plan, and reads its record. What the program prints goes to `output_path`. For
/// `time_limit_s` and `still_alive` see Command.
Rerun RunPlanned(const RunPlan& plan, const RunFiles& files, const std::string& output_path,
                 double time_limit_s, const std::function<bool()>& still_alive = {},
                 HangStacks stacks = HangStacks::kNotRead);

/// Whether the one test ran `runs` times to the end; if not, why, as a clause: "crashed in run 3
/// of 12: was killed by SIGSEGV".
std::string WhyIncomplete(const Rerun& rerun, int runs);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_RERUN_H_
