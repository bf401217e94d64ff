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
  /// What RunFiles::flags must hold before the program starts; empty: there is to be no such file.
  std::string flags;
};

/// Files that a run writes; absolute, for tests change their directory.
struct RunFiles {
  std::string record;     ///< our own
  std::string tool_log;   ///< LeakSanitizer's log_path, or Valgrind's own messages
  std::string massif;     ///< massif's output file
  std::string snapshots;  ///< prefix of massif's snapshots, one an iteration
  std::string results;    ///< GoogleTest's own, as JSON, where the stream leaves them open
  std::string flags;      ///< arguments that are too long for a command line; of triage alone
};

// Where `options.preload` names libraries, every plan but PlanList preloads them and has GoogleTest
// stream to the plugin.

/// The run of the whole binary as the user would run it. Sharding, shuffling, output files and
/// fail-fast stay as the user has them. `files.results` must be empty where the user has
/// GoogleTest's results written; see WritesResults.
RunPlan PlanScreen(const RunOptions& options, const RunFiles& files);

/// Whether a screen without a results file of ours would write one for the user:
/// `has_output_variable` says whether GTEST_OUTPUT or XML_OUTPUT_FILE is set.
bool WritesResults(const RunOptions& options, bool has_output_variable);

/// The tests of all shards, or of the one that the environment names.
enum class Shards { kOurs, kAll };

/// Lists the tests that the screen would run, those of `shards` and the user's filter, as JSON into
/// `results`. Nothing is preloaded and no test runs.
RunPlan PlanList(const RunOptions& options, const std::string& results,
                 Shards shards = Shards::kOurs);

/// The screen of one test, `runs` times in a process of its own: `--isolate`.
RunPlan PlanIsolated(const RunOptions& options, const std::string& name, int runs,
                     const RunFiles& files);

/// The pause of a longer run, in milliseconds.
inline constexpr int kRestMs = 2000;

/// A run of the test `name` alone, `runs` times in one process. It must not be led astray: the
/// user's filter, sharding, shuffling, fail-fast, repeat, output files and brevity are taken out (a
/// shard with one test runs nothing and passes; a rerun would overwrite the user's XML), and
/// environments are set up anew for each iteration, so that what they keep shows. `settle_ms` is
/// how long threads get to end after each test.
///
/// PlanLongRerun also pauses before the last iteration: a thousand runs may be over before a
/// background thread or a timer has had its turn to give back what it holds.
RunPlan PlanLongRerun(const RunOptions& options, const std::string& name, int runs, int settle_ms,
                      const RunFiles& files);
RunPlan PlanRerun(const RunOptions& options, const std::string& name, int runs, int settle_ms,
                  const RunFiles& files);

/// A run of the tests `names` together, as safe as PlanRerun.
RunPlan PlanTogether(const RunOptions& options, const std::vector<std::string>& names, int runs,
                     int settle_ms, const RunFiles& files);

/// A run of the tests `names` together, `runs` times in one process, as safe as PlanRerun, with a
/// full trace and with heap snapshots. One of more runs than triage begins with pauses before the
/// last iteration, as PlanLongRerun does.
RunPlan PlanTriage(const RunOptions& options, const std::vector<std::string>& names, int runs,
                   int settle_ms, const RunFiles& files);

/// A run of the test `name` alone with a full trace and without heap snapshots: what it allocates,
/// and not what it keeps.
RunPlan PlanTrace(const RunOptions& options, const std::string& name, int runs,
                  const RunFiles& files);

/// After which of `runs` iterations (from 0) triage has heap snapshots taken: three, the last after
/// the last iteration, and equally far apart, so that a holder that grows does so twice. The first
/// third is warm-up as well.
std::vector<int> SnapshotIterations(int runs);

/// The same under LeakSanitizer: its library is preloaded, or the user's twin is run, or the
/// program's own runtime is asked where it is built with `options.sanitizer`.
/// `user_options` is what LSAN_OPTIONS holds already (suppressions, mostly); `user_preload` what
/// LD_PRELOAD does.
RunPlan PlanLsan(const RunOptions& options, const std::string& name, int runs,
                 const RunFiles& files, const std::string& user_options,
                 const std::string& user_preload);

/// The tests `names` together in a program whose own runtime looks for leaks after the last of
/// them.
RunPlan PlanLeakSurvey(const RunOptions& options, const std::vector<std::string>& names, int runs,
                       const RunFiles& files, const std::string& user_options);

/// The same under massif, with a snapshot of the heap at the end of each iteration.
RunPlan PlanMassif(const RunOptions& options, const std::string& name, int runs,
                   const RunFiles& files);

/// The same under DHAT, which counts reads and writes of each block (`mode` "heap") or what memcpy
/// and its like copy ("copy"), and writes it into `output` when the program ends.
RunPlan PlanDhat(const RunOptions& options, const std::string& name, int runs,
                 const std::string& mode, const RunFiles& files, const std::string& output);

/// The same under Valgrind without a tool, which lists at the end the descriptors that are open,
/// with the stacks that opened them.
RunPlan PlanTrackFds(const RunOptions& options, const std::string& name, int runs,
                     const RunFiles& files);

/// How long a rerun may take: 20 times what the test took natively for each run, and a minute at
/// least, for tools start up slowly and machines are busy. `--timeout` overrides it. In seconds.
double RerunTimeLimit(const RunOptions& options, double native_seconds, int runs);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_RERUN_PLAN_H_
