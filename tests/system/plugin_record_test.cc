// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Records as the real plugin writes them, read back.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

RecordFile RecordOf(const std::string& program, std::vector<std::string> flags,
                    std::vector<std::pair<std::string, std::string>> environment = {}) {
  const std::string out = FreshDirectory("record_" + program);
  const std::string path = out + "/a.rec";
  Command command;
  command.arguments = {ProgramPath(program)};
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  command.output_path = out + "/output.txt";
  command.set_environment = std::move(environment);
  command.set_environment.emplace_back("MEMPROF_RECORD", path);
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  EXPECT_TRUE(end.ok() && end->how == ProcessEnd::How::kExited && end->code == 0);
  Result<std::string> bytes = ReadFile(path);
  EXPECT_TRUE(bytes.ok());
  if (!bytes.ok()) return {};
  Result<RecordFile> record = ParseRecord(bytes.value());
  EXPECT_TRUE(record.ok());
  if (!record.ok()) return {};
  EXPECT_EQ(record->damage, "");
  EXPECT_TRUE(record->program_ended);
  return std::move(record).value();
}

TEST(PluginRecord, SaysWhoWroteItAndHoldsEveryRun) {
  const RecordFile record = RecordOf("clean_param_typed", {"--gtest_repeat=3"});
  ASSERT_TRUE(record.process.has_value());
  EXPECT_EQ(record.process->executable, ProgramPath("clean_param_typed"));
  EXPECT_EQ(record.process->heap_owner_name, "libc.so.6");
  EXPECT_EQ(record.process->hello.repeat, 3u);
  EXPECT_EQ(record.process->hello.tests_planned, record.tests.size());
  EXPECT_EQ(record.iterations.size(), 3u);
  EXPECT_EQ(record.runs.size(), 3 * record.tests.size());
  for (const RecordedRun& run : record.runs) EXPECT_TRUE(run.finished);
}

TEST(PluginRecord, ADetachedThreadThatEndsSoonIsNotKeptWhereThreadsSettle) {
  const RecordFile record = RecordOf("late_thread", {}, {{"MEMPROF_SETTLE_MS", "2000"}});
  ASSERT_EQ(record.runs.size(), 1u);
  EXPECT_NE(record.runs[0].window.measured & record::kThreadsMeasured, 0u);
  EXPECT_EQ(record.runs[0].window.threads, 0);
}

TEST(PluginRecord, ADetachedThreadIsASuspicionWhereNobodyWaits) {
  const RecordFile record = RecordOf("late_thread", {}, {{"MEMPROF_SETTLE_MS", "0"}});
  ASSERT_EQ(record.runs.size(), 1u);
  EXPECT_EQ(record.runs[0].window.threads, 1);
}

TEST(PluginRecord, AChangeOfDescriptorsStandsWithItsTestAndItsIteration) {
  const RecordFile record = RecordOf("found_two_fds_same_file", {"--gtest_repeat=2"});
  ASSERT_EQ(record.runs.size(), 2u);
  for (const RecordedRun& run : record.runs) {
    EXPECT_EQ(run.window.descriptors, 2);
    ASSERT_EQ(run.descriptors.size(), 1u);
    EXPECT_EQ(run.descriptors[0].delta, 2);
  }
  ASSERT_EQ(record.iterations[1].descriptors.size(), 1u);
  EXPECT_EQ(record.iterations[1].descriptors[0].count,
            record.iterations[0].descriptors[0].count + 2);
}

TEST(PluginRecord, OneByteIsOneBlockAndItsPeak) {
  const RecordFile native = RecordOf("found_one_byte", {});
  ASSERT_EQ(native.runs.size(), 1u);
  EXPECT_NE(native.runs[0].window.measured & record::kHeapMeasured, 0u);
  EXPECT_EQ(native.runs[0].window.kept_blocks, 1);
  // GoogleTest's own temporaries, among them the fixture object, lie in the window too.
  EXPECT_GE(native.runs[0].window.allocations, 2u);
  EXPECT_GT(native.runs[0].window.peak_bytes, native.runs[0].window.kept_bytes);
}

}  // namespace
}  // namespace memprof
