// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/table_limits.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "tests/bench/traced_run.h"

namespace memprof::bench {
namespace {

enum class Expected { kNothingLost, kStacksLost, kBlocksUntracked, kRecordsLost, kNoTrace };

struct Case {
  std::string name;
  std::string limit;  ///< what the shell does first
  long blocks;        ///< an iteration
  long stacks;
  int repeat;
  bool keep;
  Expected expected;
  bool is_long;
};

const std::vector<Case> kCases = {
    {"no limit in the way", ":", 1000, 1000, 2, true, Expected::kNothingLost, false},
    {"ulimit -v 2,000,000 KiB", "ulimit -v 2000000", 1000, 1000, 2, true, Expected::kNoTrace,
     false},
    {"ulimit -v 500,000 KiB", "ulimit -v 500000", 1000, 1000, 2, true, Expected::kNoTrace, false},
    // The shell's unit is 512 bytes.
    {"a record of at most 4 MiB", "ulimit -f 8192", 100000, 100000, 2, true, Expected::kRecordsLost,
     false},
    {"1,600,000 stacks", ":", 1600000, 1600000, 2, true, Expected::kStacksLost, true},
    {"17,000,000 origins", ":", 100000, 100000, 170, false, Expected::kBlocksUntracked, true},
};

bool IsAsExpected(Expected expected, const Result<ReadingRun>& reading) {
  if (!reading.ok()) return expected == Expected::kNoTrace;
  const ReadingCost& cost = reading->cost;
  switch (expected) {
    case Expected::kNothingLost:
      return cost.lost_stacks + cost.lost_records + cost.untracked == 0;
    case Expected::kStacksLost:
      return cost.lost_stacks > 0;
    case Expected::kBlocksUntracked:
      return cost.untracked > 0;
    case Expected::kRecordsLost:
      return cost.lost_records > 0;
    case Expected::kNoTrace:
      return false;
  }
  return false;
}

void Add(const Case& limit, const std::string& directory, ScaleTable* table) {
  const Invocation invocation = {
      {"sh", "-c", limit.limit + R"(; exec "$0" "$@")", MEMPROF_BENCH_DISTINCT_STACKS,
       fmt::format("--gtest_repeat={}", limit.repeat)},
      {{"BENCH_BLOCKS", std::to_string(limit.blocks)},
       {"BENCH_STACKS", std::to_string(limit.stacks)},
       {"BENCH_KEEP", limit.keep ? "1" : "0"}}};
  const Result<ProgramRun> run = RunTraced(invocation, directory);
  if (!run.ok()) {
    table->exceeded.push_back(
        fmt::format("{}: {}: {}", limit.name, run.error().message, run.error().hint));
    return;
  }
  const Result<ReadingRun> reading = RunReading(directory);
  std::string said = "no trace: " + (reading.ok() ? std::string() : reading.error().hint);
  if (reading.ok()) {
    const ReadingCost& cost = reading->cost;
    said = fmt::format(
        "{} stacks and {} lost, {} origins, {} blocks alive, {} untracked, {} records lost",
        cost.stacks, cost.lost_stacks, cost.origins, cost.blocks, cost.untracked,
        cost.lost_records);
  }
  table->markdown +=
      fmt::format("| {} | {:.1f} s | {:.0f} MiB | {} |\n", limit.name, run->usage.wall_s,
                  static_cast<double>(run->usage.peak_kib) / 1024, said);
  if (!IsAsExpected(limit.expected, reading)) {
    table->exceeded.push_back(
        fmt::format("{}: the record should say what it lacks: {}", limit.name, said));
  }
}

}  // namespace

ScaleTable MeasureLimits(bool full, const std::string& directory) {
  ScaleTable table;
  table.markdown = "| limit | time | peak | the record says |\n|---|---|---|---|\n";
  for (const Case& each : kCases) {
    if (full || !each.is_long) Add(each, directory, &table);
  }
  return table;
}

}  // namespace memprof::bench
