// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/triage.h"

#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <utility>

#include "runner/analyze/given_back.h"
#include "runner/execute/first_runs.h"
#include "runner/execute/followed_growth.h"
#include "runner/execute/shard_givers.h"
#include "runner/execute/triage_context.h"

namespace memprof {

std::vector<TestEvidence> RunTriage(const RunOptions& options, const Screen& screen,
                                    const std::vector<Suspect>& suspects,
                                    const std::string& directory, Progress* progress,
                                    ProfileSet* profiles) {
  if (suspects.empty()) return {};
  const TriageContext context(options, screen, directory, progress, profiles);
  const std::vector<std::uint32_t> givers = FindGiversBack(screen.record);
  std::vector<std::uint32_t> tests;
  std::vector<std::string> names;
  for (const Suspect& suspect : suspects) {
    tests.push_back(suspect.test);
    names.push_back(screen.record.tests[suspect.test].FullName());
  }

  progress->Start("triage", names);
  std::vector<Followed> followed = MeasureSuspects(context, tests, givers);
  FollowGrowth(context, &followed);

  std::set<std::uint32_t> growing;            // a test may stand in for its suite too
  std::vector<std::uint32_t> without_givers;  // of those, tests by themselves
  for (Followed& each : followed) {
    const Measured<ProcessSeries>& series = each.evidence.triage.series;
    const bool grows = series && AnyGrows(*series, options.thresholds.growth);
    if (grows) growing.insert(each.test);
    if (each.evidence.scope != Scope::kTest || each.giver_ran_along) continue;
    if (givers[each.test] != record::kNoTest) {
      each.evidence.given_back_by = screen.record.tests[givers[each.test]].FullName();
    } else if (grows) {
      without_givers.push_back(each.test);
    }
  }
  const auto in_other_shards = GiversInAllShards(context, without_givers);
  std::vector<TestEvidence> evidence;
  for (Followed& each : followed) {
    const auto giver = in_other_shards.find(each.test);
    if (each.evidence.scope == Scope::kTest && giver != in_other_shards.end()) {
      each.evidence.given_back_by = giver->second;
    }
    evidence.push_back(std::move(each.evidence));
  }
  progress->Finish(
      fmt::format("{} of {} suspects grow when repeated", growing.size(), suspects.size()));
  return evidence;
}

}  // namespace memprof
