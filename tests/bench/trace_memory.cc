// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/trace_memory.h"

#include <fmt/format.h>

#include "tests/bench/traced_run.h"

namespace memprof::bench {
namespace {

constexpr double kMostBytesPerBlock = 48;
/// Fewer blocks than these hide in what any trace costs once.
constexpr long kWorthJudging = 1000000;

struct Pair {
  ProgramRun plain;
  ProgramRun traced;
  ReadingCost record;

  /// At the end of the last iteration, in bytes.
  double MoreBytes() const {
    const EndFigure& without = plain.ends[plain.ends.size() - 2];
    const EndFigure& with = traced.ends[traced.ends.size() - 2];
    return static_cast<double>(with.resident_kib - without.resident_kib) * 1024;
  }
};

Result<Pair> RunPair(const std::string& plain, const std::string& traced,
                     const std::vector<std::pair<std::string, std::string>>& environment,
                     const std::string& directory) {
  Pair pair;
  Result<ProgramRun> run = RunPlain({{plain}, environment}, directory);
  if (!run.ok()) return run.error();
  pair.plain = *run;
  run = RunTraced({{traced}, environment}, directory);
  if (!run.ok()) return run.error();
  pair.traced = *run;
  const Result<ReadingRun> reading = RunReading(directory);
  if (!reading.ok()) return reading.error();
  pair.record = reading->cost;
  return pair;
}

void AddBlocks(long blocks, long size, const std::string& directory, ScaleTable* table) {
  const std::string name = size == 0 ? "16 to 128 bytes, mixed" : fmt::format("{} bytes", size);
  const Result<Pair> pair = RunPair(
      MEMPROF_BENCH_HELD_BLOCKS_NATIVE, MEMPROF_BENCH_HELD_BLOCKS,
      {{"BENCH_BLOCKS", std::to_string(blocks)}, {"BENCH_SIZE", std::to_string(size)}}, directory);
  if (!pair.ok()) {
    table->not_run.push_back(
        fmt::format("{}: {}: {}", name, pair.error().message, pair.error().hint));
    return;
  }
  const double more = pair->MoreBytes() / static_cast<double>(blocks);
  const double tables = static_cast<double>(pair->record.table_bytes);
  const bool is_judged = size == 0 && blocks >= kWorthJudging;
  table->markdown += fmt::format("| {} | {} | {:.0f} MiB | {:.1f} | {:.1f} | {} |\n", name, blocks,
                                 static_cast<double>(pair->plain.ends[0].resident_kib) / 1024, more,
                                 tables / static_cast<double>(blocks),
                                 is_judged ? fmt::format("{:.0f}", kMostBytesPerBlock) : "");
  if (pair->record.blocks < static_cast<std::uint64_t>(blocks)) {
    table->exceeded.push_back(
        fmt::format("{}: {} of {} blocks are in the record", name, pair->record.blocks, blocks));
  }
  if (is_judged && more > kMostBytesPerBlock) {
    table->exceeded.push_back(fmt::format("{}: {:.1f} bytes a block, and the limit is {:.0f}", name,
                                          more, kMostBytesPerBlock));
  }
}

void AddThreads(int threads, int stacks, const std::string& directory, ScaleTable* table) {
  const std::string many = std::to_string(stacks);
  const Result<Pair> pair =
      RunPair(MEMPROF_BENCH_DISTINCT_STACKS_NATIVE, MEMPROF_BENCH_DISTINCT_STACKS,
              {{"BENCH_BLOCKS", many},
               {"BENCH_STACKS", many},
               {"BENCH_THREADS", std::to_string(threads)},
               // What is waited for is not what is measured.
               {"MEMPROF_SETTLE_MS", "1"}},
              directory);
  if (!pair.ok()) {
    table->not_run.push_back(
        fmt::format("{} threads: {}: {}", threads, pair.error().message, pair.error().hint));
    return;
  }
  table->markdown += fmt::format("| {} | {} | {:.0f} KiB | {:.0f} KiB |\n", threads, stacks,
                                 static_cast<double>(pair->plain.ends[0].resident_kib) / threads,
                                 pair->MoreBytes() / 1024 / threads);
}

}  // namespace

ScaleTable MeasureTraceMemory(long blocks, int threads, const std::string& directory) {
  ScaleTable table;
  table.markdown =
      "| live blocks of | number | resident without | bytes a block | by the record | limit |\n"
      "|---|---|---|---|---|---|\n";
  AddBlocks(blocks, 0, directory, &table);
  for (const long size : {16, 64, 256, 1024}) AddBlocks(blocks / 10, size, directory, &table);
  table.markdown +=
      "\n| threads at once | stacks of each | resident a thread without | the trace adds |\n"
      "|---|---|---|---|\n";
  for (const int stacks : {1, 50, 1000}) AddThreads(threads, stacks, directory, &table);
  return table;
}

}  // namespace memprof::bench
