// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/ignored_blocks.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace memprof {
namespace {

struct Amount {
  std::int64_t bytes = 0;
  std::int64_t blocks = 0;
  std::uint64_t allocations = 0;

  void Add(const record::Ignored& ignored) {
    bytes += ignored.kept_bytes;
    blocks += ignored.kept_blocks;
    allocations += ignored.allocations;
  }
};

void TakeOff(const Amount& amount, record::Window* window) {
  if ((window->measured & record::kHeapMeasured) == 0) return;
  window->kept_bytes -= amount.bytes;
  window->kept_blocks -= amount.blocks;
  window->allocations -= std::min(amount.allocations, window->allocations);
}

}  // namespace

void TakeOffIgnored(RecordFile* record) {
  std::map<std::pair<std::string, std::uint32_t>, Amount> of_suite;
  std::map<std::uint32_t, Amount> of_iteration;
  for (RecordedRun& run : record->runs) {
    if (!run.ignored) continue;
    Amount own;
    own.Add(*run.ignored);
    if (run.finished) TakeOff(own, &run.window);
    of_suite[{record->tests[run.test].suite, run.iteration}].Add(*run.ignored);
    of_iteration[run.iteration].Add(*run.ignored);
  }
  if (of_iteration.empty()) return;
  for (RecordedSuite& suite : record->suites) {
    TakeOff(of_suite[{suite.name, suite.iteration}], &suite.window);
  }
  Amount so_far;
  for (RecordedIteration& iteration : record->iterations) {
    const Amount& own = of_iteration[iteration.iteration];
    so_far.bytes += own.bytes;
    so_far.blocks += own.blocks;
    if (!iteration.finished) continue;
    TakeOff(own, &iteration.window);
    if ((iteration.totals.measured & record::kHeapMeasured) == 0) continue;
    iteration.totals.live_bytes -= so_far.bytes;
    iteration.totals.live_blocks -= so_far.blocks;
  }
  if (record->process_end) record->process_end->live_blocks -= so_far.blocks;
}

}  // namespace memprof
