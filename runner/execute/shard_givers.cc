// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/shard_givers.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <optional>
#include <set>
#include <system_error>

#include "runner/analyze/given_back.h"
#include "runner/analyze/trace_owners.h"
#include "runner/execute/files.h"
#include "runner/execute/followed_growth.h"
#include "runner/execute/process.h"
#include "runner/execute/rerun.h"
#include "runner/execute/test_list.h"
#include "runner/execute/trace_reader.h"
#include "runner/plan/rerun_plan.h"

namespace memprof {
namespace {

/// Of all shards, those of the suites of `tests`, in their order.
std::vector<std::string> TestsOfSuites(const TriageContext& context,
                                       const std::vector<std::uint32_t>& tests,
                                       const std::string& directory) {
  std::vector<std::string> names;
  const Result<std::vector<RecordedTest>> planned =
      ListPlannedTests(context.options, directory, Shards::kAll);
  if (!planned) return names;
  std::set<std::string> suites;
  for (const std::uint32_t test : tests) suites.insert(context.tests()[test].suite);
  for (const RecordedTest& test : planned.value()) {
    if (suites.contains(test.suite)) names.push_back(test.FullName());
  }
  return names;
}

/// One run of each, for their windows. Empty where it cannot be told.
std::optional<RecordFile> RunSuites(const TriageContext& context,
                                    const std::vector<std::uint32_t>& growing,
                                    const std::string& directory) {
  const std::vector<std::string> names = TestsOfSuites(context, growing, directory);
  if (names.size() < 2) return std::nullopt;
  const RunFiles files = FilesFor(directory, "suites", names[0]);
  constexpr int kSettleMs = 0;  // as in the screen
  const RunPlan plan = PlanTogether(context.options, names, 1, kSettleMs, files);
  const double shard_seconds =
      std::accumulate(context.native_seconds.begin(), context.native_seconds.end(), 0.0);
  return RunPlanned(plan, files, files.tool_log, RerunTimeLimit(context.options, shard_seconds, 1))
      .record;
}

/// Takes out of `givers` the tests that grow although their giver runs after them each time: it
/// gives back something else. Where that cannot be run, what the windows say stands.
void DropWhatGrowsInCompany(const TriageContext& context, const std::string& directory,
                            std::unordered_map<std::uint32_t, std::string>* givers) {
  if (givers->empty() || Interrupted()) return;
  std::set<std::string> names;
  for (const auto& [test, giver] : *givers) {
    names.insert(context.tests()[test].FullName());
    names.insert(giver);
  }
  const RunFiles files = FilesFor(directory, "company", *names.begin());
  const int runs = context.options.thresholds.triage_runs;
  constexpr int kSettleMs = 0;  // blocks alone count here, and not threads
  const RunPlan plan =
      PlanTriage(context.options, {names.begin(), names.end()}, runs, kSettleMs, files);
  const double shard_seconds =
      std::accumulate(context.native_seconds.begin(), context.native_seconds.end(), 0.0);
  const Rerun rerun =
      RunPlanned(plan, files, files.tool_log, RerunTimeLimit(context.options, shard_seconds, runs));
  if (!WhyIncomplete(rerun, runs).empty() || !WhyUntraced(*rerun.record).empty()) return;
  std::vector<std::string> unnamed_modules;
  for (const TracedOwner& owner :
       ReadTracedOwners(*rerun.record, files.record, context.options, context.source_root,
                        &unnamed_modules, nullptr)) {
    const auto test = context.by_name.find(owner.name);
    if (owner.scope != Scope::kTest || test == context.by_name.end()) continue;
    if (AnyGrows(owner.series, context.options.thresholds.growth)) givers->erase(test->second);
  }
}

}  // namespace

bool IsSharded() {
  return std::getenv("GTEST_TOTAL_SHARDS") != nullptr ||
         std::getenv("TEST_TOTAL_SHARDS") != nullptr;
}

std::unordered_map<std::uint32_t, std::string> GiversInAllShards(
    const TriageContext& context, const std::vector<std::uint32_t>& growing) {
  std::unordered_map<std::uint32_t, std::string> givers;
  if (growing.empty() || !IsSharded() || Interrupted()) return givers;
  // CTest's stages run beside each other in one directory.
  const std::string directory =
      context.directory + "/suites-" + FileKey(context.tests()[growing[0]].FullName());
  if (!MakeDirectory(directory)) return givers;
  if (const std::optional<RecordFile> record = RunSuites(context, growing, directory)) {
    const std::vector<std::uint32_t> of_record = FindGiversBack(*record);
    for (std::size_t i = 0; i < record->tests.size(); ++i) {
      const auto known = context.by_name.find(record->tests[i].FullName());
      if (of_record[i] == record::kNoTest || known == context.by_name.end()) continue;
      if (std::find(growing.begin(), growing.end(), known->second) == growing.end()) continue;
      givers[known->second] = record->tests[of_record[i]].FullName();
    }
  }
  DropWhatGrowsInCompany(context, directory, &givers);
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return givers;
}

}  // namespace memprof
