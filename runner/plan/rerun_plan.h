// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_RERUN_PLAN_H_
#define MEMPROF_RUNNER_PLAN_RERUN_PLAN_H_

#include <string>
#include <utility>
#include <vector>

#include "runner/plan/run_options.h"

namespace memprof {

/// A program to run: the arguments, and what its environment has more and less than ours.
struct RunPlan {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> set_environment;
  std::vector<std::string> unset_environment;
};

/// Files that a run writes; absolute, for tests change their directory.
struct RunFiles {
  std::string record;     ///< our own
  std::string tool_log;   ///< LeakSanitizer's log_path, or Valgrind's own messages
  std::string massif;     ///< massif's output file
  std::string snapshots;  ///< prefix of massif's snapshots, one an iteration
};

/// The run of the whole binary as the user would run it. Sharding, shuffling, output files and
/// fail-fast stay as the user has them.
RunPlan PlanScreen(const RunOptions& options, const RunFiles& files);

/// A run of the test `name` alone, `runs` times in one process. It must not be led astray: the
/// user's filter, sharding, shuffling, fail-fast, repeat and output files are taken out (a shard
/// with one test runs nothing and passes; a rerun would overwrite the user's XML), and
/// environments are set up anew for each iteration, so that what they keep shows. `settle_ms` is
/// how long threads get to end after each test.
///
/// PlanLongRerun also pauses before the last iteration: a thousand runs may be over before a
/// background thread or a timer has had its turn to give back what it holds.
RunPlan PlanLongRerun(const RunOptions& options, const std::string& name, int runs, int settle_ms,
                      const RunFiles& files);
RunPlan PlanRerun(const RunOptions& options, const std::string& name, int runs, int settle_ms,
                  const RunFiles& files);

/// The same under LeakSanitizer: its library is preloaded, or the user's twin is run.
/// `user_options` is what LSAN_OPTIONS holds already (suppressions, mostly); `user_preload` what
/// LD_PRELOAD does.
RunPlan PlanLsan(const RunOptions& options, const std::string& name, int runs,
                 const RunFiles& files, const std::string& user_options,
                 const std::string& user_preload);

/// The same under massif, with a snapshot of the heap at the end of each iteration.
RunPlan PlanMassif(const RunOptions& options, const std::string& name, int runs,
                   const RunFiles& files);

/// How long a rerun may take: 20 times what the test took natively for each run, and a minute at
/// least, for tools start up slowly and machines are busy. `--timeout` overrides it. In seconds.
double RerunTimeLimit(const RunOptions& options, double native_seconds, int runs);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_RERUN_PLAN_H_
