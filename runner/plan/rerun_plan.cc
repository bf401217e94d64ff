// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/rerun_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "gtest_plugin/record/format.h"
#include "runner/plan/test_filter.h"

namespace memprof {
namespace {

// GoogleTest's flags that say which tests run, how often, in which order, and where results go.
constexpr std::array<std::string_view, 10> kScreenOnlyFlags = {
    "gtest_filter",      "gtest_repeat",           "gtest_shuffle",
    "gtest_random_seed", "gtest_output",           "gtest_fail_fast",
    "gtest_list_tests",  "gtest_stream_result_to", "gtest_recreate_environments_when_repeating",
    "gtest_brief"};

// The same by environment, and Bazel's names for output.
constexpr std::array<const char*, 11> kScreenOnlyVariables = {
    "GTEST_FILTER",           "GTEST_REPEAT",         "GTEST_SHUFFLE",
    "GTEST_RANDOM_SEED",      "GTEST_OUTPUT",         "GTEST_FAIL_FAST",
    "XML_OUTPUT_FILE",        "TESTBRIDGE_TEST_ONLY", "TESTBRIDGE_TEST_RUNNER_FAIL_FAST",
    "GTEST_STREAM_RESULT_TO", "GTEST_BRIEF"};

// GoogleTest's and Bazel's.
constexpr std::array<const char*, 6> kShardVariables = {
    "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE",
    "TEST_TOTAL_SHARDS",  "TEST_SHARD_INDEX",  "TEST_SHARD_STATUS_FILE"};

/// "gtest_filter" of "--gtest_filter=A.*"; empty for what is no flag.
std::string_view FlagName(std::string_view argument) {
  if (argument.substr(0, 1) != "-") return "";
  argument.remove_prefix(argument.substr(0, 2) == "--" ? 2 : 1);
  return argument.substr(0, argument.find('='));
}

bool IsScreenOnlyFlag(const std::string& argument) {
  const std::string_view name = FlagName(argument);
  return std::find(kScreenOnlyFlags.begin(), kScreenOnlyFlags.end(), name) !=
         kScreenOnlyFlags.end();
}

bool IsFlag(const std::string& argument, std::string_view name) {
  return FlagName(argument) == name;
}

/// In place of what the plan has of LD_PRELOAD: `first`, ours, the user's.
void Preload(const RunOptions& options, const std::string& first, const std::string& user_preload,
             RunPlan* plan) {
  std::vector<std::string> libraries;
  if (!first.empty()) libraries.push_back(first);
  libraries.insert(libraries.end(), options.preload.begin(), options.preload.end());
  if (!user_preload.empty()) libraries.push_back(user_preload);
  auto& set = plan->set_environment;
  std::erase_if(set, [](const auto& variable) { return variable.first == "LD_PRELOAD"; });
  set.emplace_back("LD_PRELOAD", fmt::format("{}", fmt::join(libraries, ":")));
}

/// libmemprof.so comes by the loader, and learns of the tests by GoogleTest's stream; or neither.
void ChooseBoundaries(const RunOptions& options, RunPlan* plan) {
  if (options.preload.empty()) {
    plan->unset_environment.push_back("MEMPROF_STREAM");
    return;
  }
  Preload(options, "", options.user_preload, plan);
  plan->set_environment.emplace_back("MEMPROF_STREAM", "1");
  plan->set_environment.emplace_back("GTEST_STREAM_RESULT_TO", record::kStreamSentinel);
  // The user's flag would win over our variable.
  std::erase_if(plan->arguments, [](const std::string& argument) {
    return IsFlag(argument, "gtest_stream_result_to");
  });
}

/// The pair table, for runs without a tool: under Valgrind and LeakSanitizer nobody asks for
/// objects.
void WatchPairs(const RunOptions& options, RunPlan* plan) {
  if (options.pairs_file.empty()) return;
  plan->set_environment.emplace_back("MEMPROF_PAIRS", options.pairs_file);
}

void Rest(RunPlan* plan) {
  plan->set_environment.emplace_back("MEMPROF_REST_MS", fmt::format("{}", kRestMs));
}

/// Under the tools threads are not counted; they get a moment to end, so that what they hold is
/// freed.
constexpr int kSettleMsUnderTools = 100;

}  // namespace

RunPlan PlanScreen(const RunOptions& options, const RunFiles& files) {
  RunPlan plan;
  plan.arguments = options.command;
  if (!options.filter.empty()) plan.arguments.push_back("--gtest_filter=" + options.filter);
  if (options.repeat > 0)
    plan.arguments.push_back(fmt::format("--gtest_repeat={}", options.repeat));
  plan.set_environment = {{"MEMPROF_RECORD", files.record}, {"MEMPROF_SETTLE_MS", "0"}};
  if (options.repeat > 1) {
    plan.set_environment.emplace_back("GTEST_RECREATE_ENVIRONMENTS_WHEN_REPEATING", "1");
  }
  plan.unset_environment = {"MEMPROF",         "MEMPROF_SNAPSHOT",       "MEMPROF_LEAK_CHECK",
                            "MEMPROF_REST_MS", "MEMPROF_HEAP_SNAPSHOTS", "MEMPROF_PEAK_CONTENTS"};
  if (!files.results.empty()) plan.arguments.push_back("--gtest_output=json:" + files.results);
  WatchPairs(options, &plan);
  ChooseBoundaries(options, &plan);
  return plan;
}

bool WritesResults(const RunOptions& options, bool has_output_variable) {
  return has_output_variable ||
         std::any_of(options.command.begin(), options.command.end(),
                     [](const std::string& argument) { return IsFlag(argument, "gtest_output"); });
}

RunPlan PlanList(const RunOptions& options, const std::string& results, Shards shards) {
  RunPlan plan;
  for (const std::string& argument : options.command) {
    const bool ours =
        IsFlag(argument, "gtest_output") || IsFlag(argument, "gtest_stream_result_to");
    if (!ours) plan.arguments.push_back(argument);
  }
  if (!options.filter.empty()) plan.arguments.push_back("--gtest_filter=" + options.filter);
  plan.arguments.insert(plan.arguments.end(),
                        {"--gtest_list_tests", "--gtest_output=json:" + results});
  plan.unset_environment = {"GTEST_STREAM_RESULT_TO", "MEMPROF_RECORD", "MEMPROF_STREAM"};
  if (shards == Shards::kAll) {
    plan.unset_environment.insert(plan.unset_environment.end(), kShardVariables.begin(),
                                  kShardVariables.end());
  }
  return plan;
}

RunPlan PlanIsolated(const RunOptions& options, const std::string& name, int runs,
                     const RunFiles& files) {
  RunPlan plan = PlanRerun(options, name, runs, 0, files);
  WatchPairs(options, &plan);
  if (!options.preload.empty()) plan.arguments.push_back("--gtest_output=json:" + files.results);
  return plan;
}

RunPlan PlanRerun(const RunOptions& options, const std::string& name, int runs, int settle_ms,
                  const RunFiles& files) {
  RunPlan plan;
  for (const std::string& argument : options.command) {
    if (!IsScreenOnlyFlag(argument)) plan.arguments.push_back(argument);
  }
  plan.arguments.push_back("--gtest_filter=" + FilterFor({name}));
  plan.arguments.push_back(fmt::format("--gtest_repeat={}", runs));
  plan.set_environment = {{"MEMPROF_RECORD", files.record},
                          {"MEMPROF_SETTLE_MS", fmt::format("{}", settle_ms)},
                          {"GTEST_RECREATE_ENVIRONMENTS_WHEN_REPEATING", "1"}};
  plan.unset_environment = {"MEMPROF", "MEMPROF_SNAPSHOT", "MEMPROF_LEAK_CHECK",
                            "MEMPROF_HEAP_SNAPSHOTS", "MEMPROF_PEAK_CONTENTS"};
  plan.unset_environment.insert(plan.unset_environment.end(), kScreenOnlyVariables.begin(),
                                kScreenOnlyVariables.end());
  plan.unset_environment.insert(plan.unset_environment.end(), kShardVariables.begin(),
                                kShardVariables.end());
  ChooseBoundaries(options, &plan);
  return plan;
}

RunPlan PlanLongRerun(const RunOptions& options, const std::string& name, int runs, int settle_ms,
                      const RunFiles& files) {
  RunPlan plan = PlanRerun(options, name, runs, settle_ms, files);
  Rest(&plan);
  return plan;
}

RunPlan PlanTogether(const RunOptions& options, const std::vector<std::string>& names, int runs,
                     int settle_ms, const RunFiles& files) {
  RunPlan plan = PlanRerun(options, "", runs, settle_ms, files);
  const std::string flag = "--gtest_filter=" + FilterFor(names);
  const auto filter = std::find(plan.arguments.begin(), plan.arguments.end(), "--gtest_filter=");
  if (flag.size() <= kLongestFilterArgument) {
    *filter = flag;
  } else {
    *filter = "--gtest_flagfile=" + files.flags;
    plan.flags = flag + "\n";
  }
  return plan;
}

RunPlan PlanTriage(const RunOptions& options, const std::vector<std::string>& names, int runs,
                   int settle_ms, const RunFiles& files) {
  RunPlan plan = PlanTogether(options, names, runs, settle_ms, files);
  if (runs > options.thresholds.triage_runs) Rest(&plan);
  WatchPairs(options, &plan);
  plan.set_environment.emplace_back("MEMPROF_TRACE", "1");
  const std::string variable = "MEMPROF_HEAP_SNAPSHOTS";
  std::erase(plan.unset_environment, variable);
  plan.set_environment.emplace_back(variable,
                                    fmt::format("{}", fmt::join(SnapshotIterations(runs), ",")));
  return plan;
}

RunPlan PlanTrace(const RunOptions& options, const std::string& name, int runs,
                  const RunFiles& files) {
  RunPlan plan = PlanRerun(options, name, runs, kSettleMsUnderTools, files);
  plan.set_environment.emplace_back("MEMPROF_TRACE", "1");
  const std::string variable = "MEMPROF_PEAK_CONTENTS";
  std::erase(plan.unset_environment, variable);
  plan.set_environment.emplace_back(variable, "1");
  return plan;
}

std::vector<int> SnapshotIterations(int runs) {
  std::vector<int> iterations;
  for (const int end : {runs / 3, runs * 2 / 3, runs}) {
    if (end > 0 && (iterations.empty() || iterations.back() < end - 1)) {
      iterations.push_back(end - 1);
    }
  }
  return iterations;
}

namespace {

/// LeakSanitizer's options, behind the user's. Status 23 would come by _exit, and take unflushed
/// output with it. The check at the end of the process is replaced by ours at the end of the last
/// test: by then static objects are destroyed, and what they held looks lost. AddressSanitizer
/// reads them after ASAN_OPTIONS, so that what the user set there stays but for these.
void AskForLeaks(const RunFiles& files, const std::string& user_options, RunPlan* plan) {
  const std::string ours = fmt::format(
      "detect_leaks=1:exitcode=0:log_path={}:leak_check_at_exit=0:fast_unwind_on_malloc=0:"
      "malloc_context_size=60:max_leaks=0:print_suppressions=0",
      files.tool_log);
  plan->set_environment.emplace_back("LSAN_OPTIONS",
                                     user_options.empty() ? ours : user_options + ":" + ours);
  plan->set_environment.emplace_back("MEMPROF_LEAK_CHECK", "1");
  std::erase(plan->unset_environment, "MEMPROF_LEAK_CHECK");
}

}  // namespace

RunPlan PlanLsan(const RunOptions& options, const std::string& name, int runs,
                 const RunFiles& files, const std::string& user_options,
                 const std::string& user_preload) {
  const bool twin = !options.lsan_binary.empty();
  RunOptions of_twin = options;
  if (twin) {
    of_twin.command[0] = options.lsan_binary;
    of_twin.preload = options.lsan_preload;
  }
  RunPlan plan = PlanRerun(of_twin, name, runs, kSettleMsUnderTools, files);
  AskForLeaks(files, user_options, &plan);
  if (!twin && options.sanitizer.empty()) {
    // First of all libraries, or its malloc is not the one.
    Preload(options, options.lsan_library, user_preload, &plan);
  }
  return plan;
}

RunPlan PlanLeakSurvey(const RunOptions& options, const std::vector<std::string>& names, int runs,
                       const RunFiles& files, const std::string& user_options) {
  RunPlan plan = PlanTogether(options, names, runs, kSettleMsUnderTools, files);
  AskForLeaks(files, user_options, &plan);
  return plan;
}

RunPlan PlanMassif(const RunOptions& options, const std::string& name, int runs,
                   const RunFiles& files) {
  RunPlan plan = PlanRerun(options, name, runs, kSettleMsUnderTools, files);
  std::vector<std::string> arguments = {
      options.valgrind,
      "--tool=massif",
      "--threshold=0",
      "--depth=40",
      "--fullpath-after=",
      "--massif-out-file=" + files.massif,
      "--log-file=" + files.tool_log,
  };
  arguments.insert(arguments.end(), plan.arguments.begin(), plan.arguments.end());
  plan.arguments = std::move(arguments);
  plan.set_environment.emplace_back("MEMPROF_SNAPSHOT", files.snapshots);
  plan.unset_environment.erase(
      std::remove(plan.unset_environment.begin(), plan.unset_environment.end(), "MEMPROF_SNAPSHOT"),
      plan.unset_environment.end());
  return plan;
}

RunPlan PlanDhat(const RunOptions& options, const std::string& name, int runs,
                 const std::string& mode, const RunFiles& files, const std::string& output) {
  RunPlan plan = PlanRerun(options, name, runs, kSettleMsUnderTools, files);
  std::vector<std::string> arguments = {
      options.valgrind,
      "--tool=dhat",
      "--mode=" + mode,
      "--num-callers=60",
      "--fullpath-after=",
      "--dhat-out-file=" + output,
      "--log-file=" + files.tool_log,
  };
  arguments.insert(arguments.end(), plan.arguments.begin(), plan.arguments.end());
  plan.arguments = std::move(arguments);
  return plan;
}

RunPlan PlanTrackFds(const RunOptions& options, const std::string& name, int runs,
                     const RunFiles& files) {
  RunPlan plan = PlanRerun(options, name, runs, kSettleMsUnderTools, files);
  std::vector<std::string> arguments = {
      options.valgrind,   "--tool=none",       "--track-fds=yes",
      "--num-callers=60", "--fullpath-after=", "--log-file=" + files.tool_log,
  };
  arguments.insert(arguments.end(), plan.arguments.begin(), plan.arguments.end());
  plan.arguments = std::move(arguments);
  return plan;
}

double RerunTimeLimit(const RunOptions& options, double native_seconds, int runs) {
  if (options.timeout_s > 0) return options.timeout_s;
  return std::max(60.0, 20 * native_seconds * runs);
}

}  // namespace memprof
