// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Programs that are no tests, measured as a whole: the plugin's half alone, by its variables.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gtest_plugin/record/service_format.h"
#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"
#include "tests/system/served_process.h"

namespace memprof {
namespace {

RecordFile ReadRecord(const std::string& path) {
  Result<std::string> bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok()) << path;
  if (!bytes.ok()) return {};
  Result<RecordFile> record = ParseRecord(bytes.value());
  EXPECT_TRUE(record.ok()) << path;
  if (!record.ok()) return {};
  EXPECT_EQ(record->damage, "");
  return std::move(record).value();
}
struct WholeRun {
  ProcessEnd end;
  std::string path;  ///< of the record
};

WholeRun RunWhole(const std::string& how, Variables more = {}) {
  WholeRun run;
  run.path = FreshDirectory("whole_" + how) + "/a.rec";
  Command command;
  command.arguments = {ProgramPath("whole_program"), how};
  command.output_path = run.path + ".txt";
  command.set_environment = {{"LD_PRELOAD", MEMPROF_TEST_PLUGIN},
                             {"MEMPROF_PROGRAM", "1"},
                             {"MEMPROF_RECORD", run.path},
                             {"MEMPROF_TRACE", "1"},
                             {"MEMPROF_HEAP_SNAPSHOTS", "0"}};
  for (auto& variable : more) command.set_environment.push_back(std::move(variable));
  command.unset_environment = {"MEMPROF", "MEMPROF_SERVICE"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  EXPECT_TRUE(end.ok());
  if (end.ok()) run.end = end.value();
  return run;
}

struct WayToEnd {
  const char* how;
  record::EndingKind kind;
  ProcessEnd::How end;
  int code;
  std::uint32_t forks;
};

class WholeProgram : public ::testing::TestWithParam<WayToEnd> {};

TEST_P(WholeProgram, LeavesAWholeRecordWhateverWayItEnds) {
  const WayToEnd& way = GetParam();
  const WholeRun run = RunWhole(way.how);
  EXPECT_EQ(run.end.how, way.end);
  EXPECT_EQ(run.end.code, way.code);
  const RecordFile record = ReadRecord(run.path);
  ASSERT_TRUE(record.process.has_value());
  EXPECT_EQ(record.process->boundary_source, record::kFromProcess);
  EXPECT_TRUE(record.program_ended);
  ASSERT_TRUE(record.ending.has_value());
  EXPECT_EQ(record.ending->kind, static_cast<std::uint32_t>(way.kind));
  EXPECT_EQ(record.ending->forks, way.forks);
  ASSERT_EQ(record.iterations.size(), 1u);
  EXPECT_TRUE(record.iterations[0].finished);
  EXPECT_GE(record.iterations[0].window.peak_bytes, 8 << 20);
  EXPECT_LT(record.iterations[0].window.peak_bytes, 9 << 20);
  EXPECT_EQ(record.iterations[0].totals.threads, 1);
  // The static vector is still there, but where libc itself ended the process.
  if (way.kind != record::kEndedOtherwise) {
    EXPECT_GE(LiveBlocks(record), 1010u);
  }
  ASSERT_TRUE(record.trace.has_value());
  ASSERT_EQ(record.trace->peaks.size(), 1u);
  EXPECT_EQ(record.trace->peaks[0].test, record::kNoTest);
  const auto is_null_device = [](const RecordedResource& resource) {
    return resource.what.kind == record::kDescriptor && resource.target == "/dev/null";
  };
  EXPECT_TRUE(
      std::any_of(record.trace->resources.begin(), record.trace->resources.end(), is_null_device));
  ASSERT_EQ(record.trace->snapshots.size(), 1u);
  const Result<std::string> heap = ReadFile(run.path + ".heap0");
  ASSERT_TRUE(heap.ok());
  const Result<HeapSnapshot> snapshot =
      ParseHeapSnapshot(heap.value(), record.trace->snapshots[0], *record.trace);
  ASSERT_TRUE(snapshot.ok());
  EXPECT_EQ(snapshot->threads.size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, WholeProgram,
    ::testing::Values(
        WayToEnd{"return", record::kMainReturned, ProcessEnd::How::kExited, 0, 0},
        WayToEnd{"exit", record::kCalledExit, ProcessEnd::How::kExited, 3, 0},
        WayToEnd{"quick_exit", record::kCalledQuickExit, ProcessEnd::How::kExited, 3, 0},
        WayToEnd{"_exit", record::kCalledUnderscoreExit, ProcessEnd::How::kExited, 3, 0},
        WayToEnd{"abort", record::kCalledAbort, ProcessEnd::How::kSignalled, SIGABRT, 0},
        WayToEnd{"fork", record::kMainReturned, ProcessEnd::How::kExited, 0, 1},
        WayToEnd{"daemon", record::kCalledDaemon, ProcessEnd::How::kExited, 0, 0},
        WayToEnd{"pthread_exit", record::kEndedOtherwise, ProcessEnd::How::kExited, 0, 0}),
    [](const auto& row) { return std::string(row.param.how); });

TEST(WholeProgramEnd, OneThatIsKilledLeavesACheckpoint) {
  const WholeRun run = RunWhole("kill");
  EXPECT_EQ(run.end.how, ProcessEnd::How::kSignalled);
  EXPECT_EQ(run.end.code, SIGKILL);
  EXPECT_FALSE(ReadRecord(run.path).program_ended);
  const RecordFile checkpoint = ReadRecord(run.path + record::kCheckpointSuffix);
  ASSERT_TRUE(checkpoint.ending.has_value());
  EXPECT_EQ(checkpoint.ending->kind, static_cast<std::uint32_t>(record::kStillRuns));
  EXPECT_GE(LiveBlocks(checkpoint), 1010u);
  ASSERT_EQ(checkpoint.iterations.size(), 1u);
  EXPECT_TRUE(checkpoint.iterations[0].finished);
}

TEST(WholeProgramEnd, AProgramThatReplacesItselfGoesOnInARecordBeside) {
  const WholeRun run = RunWhole("exec");
  EXPECT_FALSE(ReadRecord(run.path).program_ended);
  const RecordFile next = ReadRecord(run.path + record::kExecutableSuffix + "1");
  EXPECT_TRUE(next.program_ended);
  EXPECT_GE(LiveBlocks(next), 1010u);
}

}  // namespace
}  // namespace memprof
