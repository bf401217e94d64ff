// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SCREEN_H_
#define MEMPROF_RUNNER_EXECUTE_SCREEN_H_

#include <string>
#include <vector>

#include "runner/base/result.h"
#include "runner/execute/plugin_library.h"
#include "runner/execute/process.h"
#include "runner/execute/progress.h"
#include "runner/execute/thread_stacks.h"
#include "runner/parse/record_file.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// What the screen gave: the record, and how the process ended.
struct Screen {
  RecordFile record;
  ProcessEnd end;
  std::string output_path;  ///< what the tests printed
  /// What every later run of the binary must preload; empty where memprof is linked in.
  std::vector<std::string> preload;
  PluginLibrary plugin;  ///< keeps the name of the library alive that `preload` holds
  ThreadStacks hung;     ///< where it was when its time was up
  /// Why nothing was measured although the tests ran; a clause, empty when something was.
  std::string unmeasured;
};

/// Runs the whole binary once with counters on, or with `options.isolate` each test in a process of
/// its own. A binary that memprof is not linked into gets it preloaded. The record is read also
/// when the process crashed, hung or was interrupted. Errors: kProcess when it cannot be run or
/// the plugin never spoke, kUnsupported when nothing can be preloaded into it, with the likely
/// reason; kNotFound when there is no such program or no plugin.
Result<Screen> RunScreen(const RunOptions& options, const std::string& directory,
                         Progress* progress);

/// The report as the screen alone knows it: every test with its status and figures, crashes, what
/// could not be measured.
Report ScreenReport(const Screen& screen, const RunOptions& options,
                    const std::string& source_root);

/// How long one run of each test took, at most, in seconds. Indexed by test.
std::vector<double> NativeSeconds(const RecordFile& record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SCREEN_H_
