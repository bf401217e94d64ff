// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/triage_selection.h"

#include <cstdint>
#include <string>

namespace memprof {
namespace {

std::vector<Suspect> EveryTestThatRan(const RecordFile& record) {
  std::vector<bool> ran(record.tests.size());
  for (const RecordedRun& run : record.runs) ran[run.test] = ran[run.test] || run.finished;
  std::vector<Suspect> all;
  for (std::uint32_t i = 0; i < ran.size(); ++i) {
    if (ran[i]) all.push_back({i, "--only trace"});
  }
  return all;
}

}  // namespace

TriageSelection SelectForTriage(const RecordFile& record, const RunOptions& options) {
  TriageSelection selection;
  if (options.only == Only::kTrace) {
    selection.suspects = EveryTestThatRan(record);
  } else {
    selection.suspects = FindSuspects(record, options.thresholds.one_time_bytes);
  }
  if (options.only == Only::kEverything) return selection;
  if (options.only == Only::kScreen) {
    for (const Suspect& suspect : selection.suspects) {
      selection.left_out.push_back(
          {"triage", record.tests[suspect.test].FullName(),
           "left out by --only screen: what its window kept makes it a suspect"});
    }
    selection.suspects.clear();
  }
  const char* why =
      options.only == Only::kScreen ? "left out by --only screen" : "left out by --only trace";
  for (const std::string& tool : options.tools) selection.left_out.push_back({tool, "", why});
  return selection;
}

}  // namespace memprof
