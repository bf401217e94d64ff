// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Binaries that were built without memprof, under the preloaded library: GoogleTest's streaming
// listener marks the boundaries, and the windows are the same as those of our own listener.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "runner/parse/record_file.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Recorded {
  RecordFile record;
  std::string output;
  int exit_code = -1;
};

Recorded RunProgram(const std::string& name, const std::vector<std::string>& flags,
                    Environment environment, bool records = true) {
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  const std::string out = FreshDirectory(std::string("stream_") + test.name() + "_" + name);
  Command command;
  command.arguments = {ProgramPath(name)};
  command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
  command.output_path = out + "/output.txt";
  command.set_environment = std::move(environment);
  if (records) command.set_environment.emplace_back("MEMPROF_RECORD", out + "/a.rec");
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF"};
  command.time_limit_s = 60;
  Recorded recorded;
  const Result<ProcessEnd> end = RunProcess(command);
  if (end.ok() && end->how == ProcessEnd::How::kExited) recorded.exit_code = end->code;
  if (Result<std::string> text = ReadFile(command.output_path); text.ok()) recorded.output = *text;
  Result<std::string> bytes = ReadFile(out + "/a.rec");
  if (!bytes.ok()) return recorded;
  Result<RecordFile> record = ParseRecord(bytes.value());
  EXPECT_TRUE(record.ok());
  if (record.ok()) recorded.record = std::move(record).value();
  EXPECT_EQ(recorded.record.damage, "");
  return recorded;
}

Environment StreamTo(const std::string& target) {
  return {{"GTEST_STREAM_RESULT_TO", target},
          {"MEMPROF_STREAM", "1"},
          {"LD_PRELOAD", MEMPROF_TEST_PLUGIN}};
}

constexpr const char* kTarget = record::kStreamSentinel;

Recorded RunPlain(const std::string& name, const std::vector<std::string>& flags = {},
                  const Environment& more = {}) {
  Environment environment = StreamTo(kTarget);
  environment.insert(environment.end(), more.begin(), more.end());
  Recorded recorded = RunProgram(name + "_plain", flags, std::move(environment));
  EXPECT_EQ(recorded.output.find("stream_result_to"), std::string::npos) << recorded.output;
  return recorded;
}

struct WindowsCase {
  const char* program;
  std::vector<std::string> flags;
  int cut_blocks = 0;  ///< how many of a test's blocks may be 16 bytes larger in one of the two
};

class StreamWindows : public testing::TestWithParam<WindowsCase> {};

/// How the bytes of two equal windows may differ.
struct Allowance {
  std::int64_t cut_bytes;     ///< either way
  std::int64_t trace_getter;  ///< more in the first suite of the unlinked program
};

/// `plain` and `linked` hold the same; `is_first` is for the window in which GoogleTest makes one
/// object at its first need, which our listener brings forward to before the first suite.
void ExpectSameHeap(const record::Window& plain, const record::Window& linked, bool is_first,
                    const Allowance& allowed) {
  const std::int64_t more = plain.kept_bytes - linked.kept_bytes;
  EXPECT_LE(std::abs(more - (is_first ? allowed.trace_getter : 0)), allowed.cut_bytes) << more;
  EXPECT_EQ(plain.kept_blocks, linked.kept_blocks + (is_first ? 1 : 0));
}

void ExpectSameRuns(const RecordFile& plain, const RecordFile& linked, const Allowance& allowed) {
  ASSERT_EQ(plain.runs.size(), linked.runs.size());
  for (std::size_t i = 0; i < plain.runs.size(); ++i) {
    const record::Window& x = plain.runs[i].window;
    const record::Window& y = linked.runs[i].window;
    const std::string name = linked.tests[linked.runs[i].test].FullName();
    SCOPED_TRACE(name.substr(0, 80));
    EXPECT_EQ(plain.tests[plain.runs[i].test].FullName(), name);
    EXPECT_EQ(plain.runs[i].iteration, linked.runs[i].iteration);
    EXPECT_TRUE(plain.runs[i].finished);
    ExpectSameHeap(x, y, false, allowed);
    EXPECT_EQ(x.descriptors, y.descriptors);
    EXPECT_EQ(x.threads, y.threads);
    EXPECT_EQ(x.mapped_bytes, y.mapped_bytes);
    EXPECT_GE(x.peak_bytes, y.peak_bytes - allowed.cut_bytes);
    EXPECT_LE(x.peak_bytes, y.peak_bytes + 1024) << "the text of the stream's last message";
  }
}

void ExpectSameLevels(const RecordFile& plain, const RecordFile& linked, const Allowance& allowed) {
  ASSERT_EQ(plain.suites.size(), linked.suites.size());
  for (std::size_t i = 0; i < plain.suites.size(); ++i) {
    SCOPED_TRACE(linked.suites[i].name);
    EXPECT_EQ(plain.suites[i].name, linked.suites[i].name);
    ExpectSameHeap(plain.suites[i].window, linked.suites[i].window, i == 0, allowed);
  }
  ASSERT_EQ(plain.iterations.size(), linked.iterations.size());
  for (std::size_t i = 0; i < plain.iterations.size(); ++i) {
    SCOPED_TRACE(i);
    ExpectSameHeap(plain.iterations[i].window, linked.iterations[i].window, i == 0, allowed);
    EXPECT_EQ(plain.iterations[i].totals.descriptors, linked.iterations[i].totals.descriptors);
  }
}

void ExpectSameRecords(const WindowsCase& what, bool traced, const Allowance& allowed) {
  std::vector<std::string> flags = what.flags;
  flags.push_back("--gtest_repeat=3");
  Environment environment;
  if (traced) environment.emplace_back("MEMPROF_TRACE", "1");
  const Recorded linked = RunProgram(what.program, flags, environment);
  const Recorded plain = RunPlain(what.program, flags, environment);
  EXPECT_EQ(plain.exit_code, linked.exit_code) << plain.output;
  ASSERT_TRUE(plain.record.process.has_value() && linked.record.process.has_value());
  EXPECT_EQ(plain.record.process->boundary_source, record::kFromStream);
  EXPECT_EQ(linked.record.process->boundary_source, record::kFromListener);
  EXPECT_EQ(plain.record.trace.has_value(), traced);
  EXPECT_EQ(plain.record.process->hello.repeat, linked.record.process->hello.repeat);
  EXPECT_TRUE(plain.record.program_ended && linked.record.program_ended);
  EXPECT_EQ(plain.record.tests.size(), linked.record.tests.size());
  ExpectSameRuns(plain.record, linked.record, allowed);
  ExpectSameLevels(plain.record, linked.record, allowed);
}

TEST_P(StreamWindows, AreThoseOfTheListener) {
  // Where glibc cuts a block out of a free one and 16 bytes remain, they stay with the block.
  ExpectSameRecords(GetParam(), false, {16 * GetParam().cut_blocks, 24});
}

TEST_P(StreamWindows, AreThoseOfTheListenerInAFullTraceToo) {
  // Here bytes are what was asked for.
  ExpectSameRecords(GetParam(), true, {0, 8});
}

INSTANTIATE_TEST_SUITE_P(
    Programs, StreamWindows,
    testing::Values(WindowsCase{"clean_closed_files", {}}, WindowsCase{"clean_death_tests", {}},
                    WindowsCase{"clean_failed_assertions", {}},
                    WindowsCase{"clean_forked_child_leaks", {}},
                    WindowsCase{"clean_gmock_objects", {}}, WindowsCase{"clean_joined_threads", {}},
                    WindowsCase{"clean_param_typed", {}}, WindowsCase{"clean_record_property", {}},
                    WindowsCase{"clean_skip", {}}, WindowsCase{"clean_suite_resources", {}},
                    WindowsCase{"environment_leak", {}}, WindowsCase{"found_mapping_kept", {}},
                    WindowsCase{"found_one_byte", {}}, WindowsCase{"found_two_fds_same_file", {}},
                    WindowsCase{"found_vector_of_strings", {}}, WindowsCase{"hostile_chdir", {}},
                    WindowsCase{"hostile_close_all_fds", {}}, WindowsCase{"many_tests", {}},
                    WindowsCase{"stream_windows", {}, 1}, WindowsCase{"suite_setup_leak", {}}),
    [](const auto& instance) { return std::string(instance.param.program); });

// With these the printer makes no heap call between a test's end and what the program does next.
INSTANTIATE_TEST_SUITE_P(
    QuietPrinter, StreamWindows,
    testing::Values(WindowsCase{"stream_windows", {"--gtest_print_time=0"}, 1},
                    WindowsCase{"stream_windows", {"--gtest_brief=1", "--gtest_print_time=0"}, 1},
                    WindowsCase{"environment_leak", {"--gtest_print_time=0"}},
                    WindowsCase{"clean_suite_resources", {"--gtest_brief=1"}}));

TEST(Stream, ATestsOwnFileHoldsItsBytesAlone) {
  const std::string path = FreshDirectory("stream_own_file") + "/own.txt";
  const Recorded recorded = RunPlain("stream_own_file", {}, {{"STREAM_OWN_FILE", path}});
  EXPECT_EQ(recorded.exit_code, 1);
  ASSERT_EQ(recorded.record.runs.size(), 3u);
  EXPECT_TRUE(recorded.record.program_ended);
  EXPECT_GE(recorded.record.runs[1].window.kept_bytes, 100);
  EXPECT_EQ(recorded.record.runs[2].outcome, record::kOutcomeFailed);
  EXPECT_EQ(recorded.record.runs[2].results, 1u);
  Result<std::string> own = ReadFile(path);
  ASSERT_TRUE(own.ok());
  std::string expected;
  for (int i = 0; i < 3 * 61; ++i) expected += "mine\n";
  EXPECT_EQ(*own, expected);
}

TEST(Stream, ChildrenNeitherStreamNorDisturb) {
  const Recorded recorded = RunPlain("stream_child");
  EXPECT_EQ(recorded.exit_code, 0) << recorded.output;
  EXPECT_TRUE(recorded.record.program_ended);
  EXPECT_EQ(recorded.record.runs.size(), 2u);
}

TEST(Stream, FailuresAreCountedOnAnyThread) {
  const Recorded recorded = RunPlain("stream_windows");
  const RecordFile& record = recorded.record;
  for (const RecordedRun& run : record.runs) {
    const std::string name = record.tests[run.test].FullName();
    const bool fails = name == "Results.FailOnAnotherThread";
    EXPECT_EQ(run.outcome, fails ? record::kOutcomeFailed : record::kOutcomePassed) << name;
    EXPECT_EQ(run.results, fails ? 2u : name == "Results.Succeeds" ? 1u : 0u) << name;
  }
}

TEST(Stream, TheTestThatWasRunningWhenTheProcessDiedIsKnown) {
  const Recorded recorded = RunPlain("hostile_kill_self");
  ASSERT_EQ(recorded.record.runs.size(), 2u);
  EXPECT_TRUE(recorded.record.runs[0].finished);
  EXPECT_FALSE(recorded.record.runs[1].finished);
}

TEST(Stream, ALinkedListenerWinsAndTheStreamIsSwallowed) {
  for (const char* program : {"found_one_byte", "listener_twice"}) {
    const Recorded alone = RunProgram(program, {}, {});
    const Recorded both = RunProgram(program, {}, StreamTo(kTarget));
    EXPECT_EQ(both.exit_code, 0) << both.output;
    ASSERT_TRUE(both.record.process.has_value());
    EXPECT_EQ(both.record.process->boundary_source, record::kFromListener);
    ASSERT_EQ(both.record.runs.size(), alone.record.runs.size());
    EXPECT_EQ(both.record.runs[0].window.kept_blocks, alone.record.runs[0].window.kept_blocks);
    EXPECT_EQ(both.record.tests[0].line, alone.record.tests[0].line);
    EXPECT_EQ(both.output.find("stream_result_to"), std::string::npos) << both.output;
  }
}

TEST(Stream, WithoutARecordNothingIsSaid) {
  const Recorded quiet = RunProgram("found_one_byte_plain", {}, StreamTo(kTarget), false);
  EXPECT_EQ(quiet.exit_code, 0);
  EXPECT_EQ(quiet.output.find("MEMORY"), std::string::npos) << quiet.output;
  EXPECT_EQ(quiet.output.find("stream_result_to"), std::string::npos) << quiet.output;
}

TEST(Stream, SwitchedOffItIsSwallowedAllTheSame) {
  Environment environment = StreamTo(kTarget);
  environment.emplace_back("MEMPROF", "off");
  const Recorded off = RunProgram("found_one_byte_plain", {}, environment);
  EXPECT_EQ(off.exit_code, 0);
  EXPECT_FALSE(off.record.process.has_value());
  EXPECT_EQ(off.output.find("stream_result_to"), std::string::npos) << off.output;
}

}  // namespace
}  // namespace memprof
