// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/survivor_cost.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/traced_run.h"

namespace memprof::bench {
namespace {

constexpr int kIterations = 5;
constexpr double kMostSeconds = 10;
constexpr double kMostMib = 1e9 / (1 << 20);

void Add(long blocks, long stacks, const std::string& directory, ScaleTable* table) {
  const Invocation plain = {
      {MEMPROF_BENCH_DISTINCT_STACKS_NATIVE, fmt::format("--gtest_repeat={}", kIterations)},
      {{"BENCH_BLOCKS", std::to_string(blocks / kIterations)},
       {"BENCH_STACKS", std::to_string(stacks)}}};
  Invocation traced = plain;
  traced.arguments[0] = MEMPROF_BENCH_DISTINCT_STACKS;
  const std::string name = fmt::format("{} stacks", stacks);
  const auto give_up = [&](const Error& error) {
    table->not_run.push_back(fmt::format("{}: {}: {}", name, error.message, error.hint));
  };
  const Result<ProgramRun> without = RunPlain(plain, directory);
  if (!without.ok()) return give_up(without.error());
  const Result<ProgramRun> with = RunTraced(traced, directory);
  if (!with.ok()) return give_up(with.error());
  const Result<ReadingRun> reading = RunReading(directory);
  if (!reading.ok()) return give_up(reading.error());

  double longest = 0;
  for (std::size_t i = 0; i + 1 < with->ends.size(); ++i) {
    longest = std::max(longest, with->ends[i].seconds);
  }
  const double recording = with->usage.wall_s - without->usage.wall_s;
  const double more_mib =
      static_cast<double>(with->usage.peak_kib - without->usage.peak_kib) / 1024;
  const double reading_mib = static_cast<double>(reading->usage.peak_kib) / 1024;
  table->markdown += fmt::format(
      "| {} | {} | {:.2f} s | {:.3f} s | {:.0f} MiB | {:.0f} MiB | {:.2f} s | {:.2f} s | {:.0f} "
      "MiB "
      "|\n",
      stacks, reading->cost.origins, recording, longest, more_mib, with->record_mib,
      reading->cost.parse_s, reading->cost.owners_s, reading_mib);
  if (reading->cost.unnamed > 0) {
    table->exceeded.push_back(fmt::format("{}: {} have no name", name, reading->cost.unnamed));
  }
  const double seconds = recording + reading->usage.wall_s;
  if (seconds > kMostSeconds) {
    table->exceeded.push_back(
        fmt::format("{}: {:.1f} s in all, and the limit is {:.0f} s", name, seconds, kMostSeconds));
  }
  if (more_mib + reading_mib > kMostMib) {
    table->exceeded.push_back(fmt::format("{}: {:.0f} MiB in all, and the limit is {:.0f} MiB",
                                          name, more_mib + reading_mib, kMostMib));
  }
}

}  // namespace

ScaleTable MeasureSurvivors(long blocks, const std::string& directory) {
  ScaleTable table;
  table.markdown = fmt::format(
      "| {} blocks of stacks | origins | the trace adds | longest iteration's end | memory | "
      "record "
      "| parse | name all stacks, owners | memory |\n|---|---|---|---|---|---|---|---|---|\n",
      blocks);
  for (const long part : {1000, 100, 10}) Add(blocks, blocks / part, directory, &table);
  return table;
}

}  // namespace memprof::bench
