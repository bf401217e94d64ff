// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The whole plugin while it takes heap snapshots, and what programs see of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// One traced run of a program with a snapshot at the end of each of the first iterations.
struct SnapshotRun {
  std::string end;     ///< how the process ended
  std::string output;  ///< where to look when it did not as it should
  std::string record_path;
  RecordFile record;

  const std::vector<RecordedSnapshot>& snapshots() const {
    static const std::vector<RecordedSnapshot> none;
    return record.trace ? record.trace->snapshots : none;
  }
  Result<HeapSnapshot> Read(const RecordedSnapshot& snapshot) const {
    const Result<std::string> bytes =
        ReadFile(record_path + ".heap" + std::to_string(snapshot.what.number));
    if (!bytes.ok()) return bytes.error();
    return ParseHeapSnapshot(bytes.value(), snapshot, *record.trace);
  }
};

SnapshotRun RunWithSnapshots(const std::string& program, const std::string& filter, int runs,
                             int snapshots,
                             const std::vector<std::pair<std::string, std::string>>& more = {}) {
  const std::string out = FreshDirectory("snapshots_of_" + program + filter);
  SnapshotRun run;
  // In a directory of its own, which the program may remove.
  std::filesystem::create_directory(out + "/record");
  run.record_path = out + "/record/a.rec";
  run.output = out + "/output.txt";
  std::string numbers;
  for (int i = 0; i < snapshots; ++i) numbers += std::to_string(i) + (i + 1 < snapshots ? "," : "");
  Command command;
  command.arguments = {ProgramPath(program), "--gtest_repeat=" + std::to_string(runs)};
  if (!filter.empty()) command.arguments.push_back("--gtest_filter=" + filter);
  command.output_path = run.output;
  command.set_environment = {{"MEMPROF_TRACE", "1"},
                             {"MEMPROF_RECORD", run.record_path},
                             {"MEMPROF_SETTLE_MS", "0"},
                             {"MEMPROF_HEAP_SNAPSHOTS", numbers}};
  command.set_environment.insert(command.set_environment.end(), more.begin(), more.end());
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  run.end = end.ok() ? end->Text() : end.error().message;
  const Result<std::string> bytes = ReadFile(run.record_path);
  if (!bytes.ok()) return run;
  Result<RecordFile> record = ParseRecord(bytes.value());
  if (record.ok()) run.record = std::move(record).value();
  return run;
}

TEST(ManySnapshots, EightBusyThreadsAndNineBlockedOnesNoticeNothingOfTwoHundred) {
  constexpr int kRuns = 201;
  constexpr int kSnapshots = 200;
  const SnapshotRun run = RunWithSnapshots("busy_through_snapshots", "", kRuns, kSnapshots,
                                           {{"BUSY_RUNS", std::to_string(kRuns)}});
  EXPECT_EQ(run.end, "exited with status 0") << "see " << run.output;
  ASSERT_EQ(run.snapshots().size(), static_cast<std::size_t>(kSnapshots));
  for (const RecordedSnapshot& snapshot : run.snapshots()) {
    SCOPED_TRACE("snapshot " + std::to_string(snapshot.what.number));
    EXPECT_EQ(snapshot.what.state, record::kSnapshotWhole) << snapshot.why;
    EXPECT_EQ(snapshot.what.threads, 18u);
    EXPECT_EQ(snapshot.what.parked, 18u);
    const Result<HeapSnapshot> heap = run.Read(snapshot);
    ASSERT_TRUE(heap.ok()) << heap.error().message;
    EXPECT_TRUE(heap->whole()) << heap->why_partial;
    EXPECT_GT(heap->blocks.size(), 100u);
  }
}

/// What snapshots of hostile programs come to; the program itself says by its exit status that it
/// was not harmed.
TEST(ManySnapshots, ProgramsInNeedGoOnUnharmed) {
  enum Expected { kWhole, kNoFile, kMissing };
  const struct {
    const char* test;
    Expected expected;
    const char* why;
  } rows[] = {
      {"Hostile.IgnoresWhatBecomesOfChildren", kWhole, ""},
      {"Hostile.WaitsForAllChildren", kWhole, ""},
      {"Hostile.AdoptsOrphans", kWhole, ""},
      {"Hostile.LimitsItsFiles", kWhole, ""},
      {"Hostile.LimitsItsFilesForGood", kNoFile, ""},
      {"Hostile.UsesUpItsDescriptors", kWhole, ""},
      {"Hostile.RemovesTheDirectory", kNoFile, ""},
      {"Hostile.LimitsItsAddressSpace", kMissing, "there is no address space for its tables"},
      {"Hostile.MayMakeNoProcess", kMissing, "no process for the tracer could be made"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.test);
    const SnapshotRun run = RunWithSnapshots("hostile_snapshots", row.test, 3, 2);
    EXPECT_EQ(run.end, "exited with status 0") << "see " << run.output;
    if (run.snapshots().empty() && row.expected == kNoFile) continue;
    ASSERT_EQ(run.snapshots().size(), 2u) << "see " << run.output;
    for (const RecordedSnapshot& snapshot : run.snapshots()) {
      EXPECT_EQ(snapshot.what.state == record::kSnapshotMissing, row.expected == kMissing)
          << snapshot.why;
      EXPECT_EQ(snapshot.why.find(row.why), 0u) << snapshot.why;
      const Result<HeapSnapshot> heap = run.Read(snapshot);
      EXPECT_EQ(heap.ok(), row.expected == kWhole) << (heap.ok() ? "" : heap.error().message);
    }
  }
}

}  // namespace
}  // namespace memprof
