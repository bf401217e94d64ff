// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/snapshot_cost.h"

#include <fmt/format.h>

#include <cstddef>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>

#include "runner/execute/files.h"
#include "runner/parse/record_cursor.h"
#include "runner/parse/record_file.h"
#include "runner/parse/record_sequence.h"
#include "tests/bench/traced_run.h"

namespace memprof::bench {
namespace {

constexpr int kIterations = 12;
constexpr double kMostPausedMs = 100;
constexpr double kMostWritingS = 3;
constexpr double kMostReadingS = 5;
constexpr double kMostReadingMib = 1e9 / (1 << 20);

/// The end of a snapshot's file, which has the sums; none when it was cut off.
std::optional<record::SnapshotEnd> EndOf(std::string_view bytes) {
  Result<RecordSequence> opened = RecordSequence::Open(bytes);
  if (!opened.ok()) return std::nullopt;
  RecordSequence records = std::move(opened).value();
  while (std::optional<RawRecord> raw = records.Next()) {
    if (raw->type != record::kSnapshotEnd) continue;
    record::SnapshotEnd end = {};
    if (RecordCursor(raw->payload).Take(&end)) return end;
  }
  return std::nullopt;
}

/// The longest that a thread of the program stood still, scheduling included.
double LongestGapMs(const std::string& path) {
  long us = 0;
  std::ifstream(path) >> us;
  return static_cast<double>(us) / 1000;
}

void AddSnapshot(const RecordedSnapshot& snapshot, const std::string& record, ScaleTable* table) {
  const std::string name = fmt::format("snapshot {}", snapshot.what.number);
  if (snapshot.what.state != record::kSnapshotWhole) {
    table->not_run.push_back(fmt::format("{} is not whole: {}", name, snapshot.why));
    if (snapshot.what.state == record::kSnapshotMissing) return;
  }
  const Result<std::string> bytes =
      ReadFile(fmt::format("{}.heap{}", record, snapshot.what.number));
  const std::optional<record::SnapshotEnd> end = bytes.ok() ? EndOf(*bytes) : std::nullopt;
  if (!end) {
    table->not_run.push_back(name + " has no end");
    return;
  }
  const double paused_ms = static_cast<double>(snapshot.what.paused_ns) / 1e6;
  const double written_s = static_cast<double>(end->scan_ns) / 1e9;
  table->markdown += fmt::format(
      "| {} | {} of {} | {} | {} | {:.1f} ms | {:.2f} s | {:.0f} MiB |\n",
      snapshot.what.iteration + 1, snapshot.what.parked, snapshot.what.threads, end->blocks,
      end->edges, paused_ms, written_s, static_cast<double>(bytes->size()) / (1 << 20));
  if (paused_ms > kMostPausedMs) {
    table->exceeded.push_back(fmt::format("{} paused for {:.1f} ms, and the limit is {:.0f} ms",
                                          name, paused_ms, kMostPausedMs));
  }
  if (written_s > kMostWritingS) {
    table->exceeded.push_back(
        fmt::format("{} took {:.2f} s, and the limit is {:.0f} s", name, written_s, kMostWritingS));
  }
}

}  // namespace

ScaleTable MeasureSnapshots(long blocks, const std::string& directory) {
  ScaleTable table;
  const std::string gaps = directory + "/gaps.txt";
  std::ofstream(gaps).close();
  const Invocation program = {{MEMPROF_BENCH_HEAP, fmt::format("--gtest_repeat={}", kIterations)},
                              {{"BENCH_BLOCKS", std::to_string(blocks)},
                               {"BENCH_GAPS", gaps},
                               {"MEMPROF_HEAP_SNAPSHOTS", "3,7,11"}}};  // as triage asks
  const auto give_up = [&](const Error& error) {
    table.not_run.push_back(fmt::format("{}: {}", error.message, error.hint));
    return table;
  };
  const Result<ProgramRun> run = RunTraced(program, directory);
  if (!run.ok()) return give_up(run.error());
  const std::string path = directory + "/scale.rec";
  const Result<std::string> bytes = ReadFile(path);
  if (!bytes.ok()) return give_up(bytes.error());
  const Result<RecordFile> record = ParseRecord(*bytes);
  if (!record.ok()) return give_up(record.error());
  if (!record->trace || record->trace->snapshots.empty()) {
    return give_up({ErrorKind::kNotFound, "the record has no heap snapshot", path});
  }
  table.markdown =
      "| after run | parked | blocks | edges | paused | written in | file |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const RecordedSnapshot& snapshot : record->trace->snapshots) {
    AddSnapshot(snapshot, path, &table);
  }
  const Result<ReadingRun> reading = RunReading(directory);
  if (!reading.ok()) return give_up(reading.error());
  const double reading_mib = static_cast<double>(reading->usage.peak_kib) / 1024;
  table.markdown += fmt::format(
      "\n| longest that a thread stood still | read all, with names | memory |\n|---|---|---|\n"
      "| {:.1f} ms | {:.2f} s | {:.0f} MiB |\n",
      LongestGapMs(gaps), reading->usage.wall_s, reading_mib);
  if (reading->usage.wall_s > kMostReadingS) {
    table.exceeded.push_back(fmt::format("reading took {:.2f} s, and the limit is {:.0f} s",
                                         reading->usage.wall_s, kMostReadingS));
  }
  if (reading_mib > kMostReadingMib) {
    table.exceeded.push_back(fmt::format("reading took {:.0f} MiB, and the limit is {:.0f} MiB",
                                         reading_mib, kMostReadingMib));
  }
  return table;
}

}  // namespace memprof::bench
