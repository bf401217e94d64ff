// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/given_back.h"

#include <cstddef>
#include <string>
#include <unordered_map>

namespace memprof {
namespace {

bool IsMeasured(const RecordedRun& run) {
  return run.finished && (run.window.measured & record::kHeapMeasured) != 0;
}

}  // namespace

std::vector<std::uint32_t> FindGiversBack(const RecordFile& record) {
  std::vector<std::uint32_t> givers(record.tests.size(), record::kNoTest);
  // The few runs that gave something back, by suite, so that long suites stay linear.
  std::unordered_map<std::string, std::vector<std::size_t>> giving;
  for (std::size_t i = 0; i < record.runs.size(); ++i) {
    const RecordedRun& run = record.runs[i];
    if (IsMeasured(run) && run.window.kept_bytes < 0) {
      giving[record.tests[run.test].suite].push_back(i);
    }
  }
  std::vector<bool> seen(record.tests.size());
  for (std::size_t i = 0; i < record.runs.size(); ++i) {
    const RecordedRun& run = record.runs[i];
    const std::int64_t kept = run.window.kept_bytes;
    if (!IsMeasured(run) || kept <= 0 || seen[run.test]) continue;
    seen[run.test] = true;
    const auto of_suite = giving.find(record.tests[run.test].suite);
    if (of_suite == giving.end()) continue;
    for (const std::size_t later : of_suite->second) {
      const RecordedRun& giver = record.runs[later];
      if (later <= i || giver.test == run.test) continue;
      if (giver.window.kept_bytes > -(kept - kept / 4)) continue;
      givers[run.test] = giver.test;
      break;
    }
  }
  return givers;
}

}  // namespace memprof
