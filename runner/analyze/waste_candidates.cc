// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/waste_candidates.h"

#include <algorithm>
#include <cstddef>

namespace memprof {
namespace {

/// From here on a peak is worth a look at what it is made of.
constexpr std::int64_t kPeakBytes = 1 << 20;

/// What the runs of one test have in common.
struct Needs {
  bool ran = false;
  bool spoiled = false;  ///< failed, skipped, unfinished or uncounted
  std::int64_t calls = 0;
  std::int64_t bytes = 0;
  std::int64_t peak = 0;
  double seconds = 0;
};

/// The least that any of its runs did counts: what is done once only, a repeated run does not do.
void Add(const RecordedRun& run, Needs* needs) {
  const record::Window& window = run.window;
  needs->spoiled |= !run.finished || run.outcome != record::kOutcomePassed ||
                    (window.measured & record::kHeapMeasured) == 0;
  auto least = [&](std::int64_t* known, std::int64_t value) {
    *known = needs->ran ? std::min(*known, value) : value;
  };
  least(&needs->calls, static_cast<std::int64_t>(window.allocations));
  least(&needs->bytes, static_cast<std::int64_t>(window.allocated_bytes));
  needs->peak = std::max(needs->peak, window.peak_bytes);
  needs->seconds = std::max(needs->seconds, static_cast<double>(window.wall_ns) / 1e9);
  needs->ran = true;
}

bool Qualifies(const Needs& needs, const WasteRule& rule) {
  if (!needs.ran || needs.spoiled) return false;
  const double seconds = std::max(1.0, needs.seconds);
  auto enough = [&](std::int64_t value, std::int64_t limit) {
    return static_cast<double>(value) >= static_cast<double>(limit) * seconds;
  };
  return enough(needs.bytes - needs.peak, rule.bytes) || enough(needs.calls, rule.calls) ||
         enough(needs.peak, std::max(kPeakBytes, rule.bytes));
}

Allocating SumOf(const std::vector<Needs>& tests) {
  Allocating suite;
  for (const Needs& needs : tests) {
    suite.calls += needs.calls;
    suite.bytes += needs.bytes;
  }
  return suite;
}

}  // namespace

WasteCandidates FindWasteCandidates(const RecordFile& record, const WasteRule& rule) {
  std::vector<Needs> needs(record.tests.size());
  for (const RecordedRun& run : record.runs) Add(run, &needs[run.test]);
  WasteCandidates found;
  found.suite = SumOf(needs);
  for (std::uint32_t test = 0; test < needs.size(); ++test) {
    if (!Qualifies(needs[test], rule)) continue;
    found.qualified.push_back({test, needs[test].bytes, needs[test].calls});
  }
  std::vector<Allocating> noticed = NoticedTests(found.qualified, found.suite);
  const auto most = static_cast<std::size_t>(std::max(rule.max_tests, 0));
  if (noticed.size() > most) {
    found.beyond_limit = static_cast<int>(noticed.size() - most);
    noticed.resize(most);
  }
  for (const Allocating& each : noticed) {
    const std::int64_t peak = needs[each.test].peak;
    found.tests.push_back({each.test, peak >= rule.bytes, peak});
  }
  return found;
}

}  // namespace memprof
