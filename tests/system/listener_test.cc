// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What a linked binary says by itself, without the driver.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

struct Output {
  std::string text;
  std::vector<std::string> memory;  ///< the lines with the tag, without it
  int exit_code = -1;
};

Output RunAlone(std::vector<std::string> arguments, const Environment& environment = {}) {
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string("alone_") + test.name();
  std::replace(name.begin(), name.end(), '/', '_');
  Command command;
  command.arguments = std::move(arguments);
  command.output_path = FreshDirectory(name) + "/output.txt";
  command.set_environment = environment;
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF_RECORD", "MEMPROF_SETTLE_MS"};
  if (environment.empty()) command.unset_environment.push_back("MEMPROF");
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  Output output;
  if (!end) {
    ADD_FAILURE() << end.error().message;
    return output;
  }
  output.exit_code = end->how == ProcessEnd::How::kExited ? end->code : -1;
  if (Result<std::string> text = ReadFile(command.output_path); text.ok()) output.text = *text;
  const std::string tag = "[  MEMORY  ] ";
  std::istringstream lines(output.text);
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, tag.size(), tag) == 0) output.memory.push_back(line.substr(tag.size()));
  }
  return output;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

using Lines = std::vector<std::string>;

TEST(Alone, GrowthIsNamedAfterTwelveRunsAndOnlyTheGuiltyTest) {
  const std::string program = ProgramPath("alone_one_guilty");
  const Output output = RunAlone({program, "--gtest_repeat=12"});
  ASSERT_EQ(output.memory.size(), 3u) << output.text;
  EXPECT_TRUE(Contains(output.memory[0], "Guilty.KeepsMemory grew by 1."));
  EXPECT_TRUE(Contains(output.memory[0], "KiB a run over 12 runs"));
  EXPECT_EQ(output.memory[1], "Guilty.KeepsADescriptor left 1 more descriptors open each run");
  EXPECT_EQ(output.memory[2], "Where and why: memprof run -- " + program);
}

TEST(Alone, ElevenRunsNameNoTest) {
  const std::string program = ProgramPath("alone_one_guilty");
  const Output output = RunAlone({program, "--gtest_repeat=11"});
  ASSERT_EQ(output.memory.size(), 1u) << output.text;
  EXPECT_TRUE(Contains(output.memory[0], "kept something in too few runs to tell"));
  EXPECT_FALSE(Contains(output.memory[0], "Guilty"));
}

TEST(Alone, AShuffledSuiteNamesTheSameTests) {
  const Output output = RunAlone({ProgramPath("alone_one_guilty"), "--gtest_repeat=24",
                                  "--gtest_shuffle", "--gtest_random_seed=7"});
  ASSERT_EQ(output.memory.size(), 3u) << output.text;
  EXPECT_TRUE(Contains(output.memory[0], "Guilty.KeepsMemory grew"));
  EXPECT_TRUE(Contains(output.memory[1], "Guilty.KeepsADescriptor left"));
}

TEST(Alone, OneRunGetsOneLineThatCountsAndNamesTheCommand) {
  const std::string program = ProgramPath("alone_one_guilty");
  const Output output = RunAlone({program, "--gtest_filter=-Guiltless.*"});
  EXPECT_EQ(output.exit_code, 0);
  EXPECT_EQ(output.memory,
            (Lines{"2 of 3 tests kept something in their only run; what is initialised once does "
                   "so too. To settle it: memprof run -- " +
                   program}));
}

class Unnamed : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(Unnamed, SaysNothingOverManyRuns) {
  const auto& [program, repeat] = GetParam();
  const Output output = RunAlone({ProgramPath(program), std::string("--gtest_repeat=") + repeat});
  EXPECT_EQ(output.memory, Lines{});
}

INSTANTIATE_TEST_SUITE_P(Program, Unnamed,
                         testing::Values(std::pair{"clean_failed_assertions", "20"},
                                         std::pair{"clean_record_property", "20"},
                                         std::pair{"clean_suite_resources", "20"},
                                         std::pair{"clean_lru_1000", "300"},
                                         std::pair{"clean_lazy_singleton", "20"},
                                         std::pair{"clean_background_thread", "20"},
                                         std::pair{"clean_joined_threads", "20"},
                                         std::pair{"clean_skip", "20"}),
                         [](const auto& row) { return std::string(row.param.first); });

TEST(Alone, ACleanBinaryPrintsNothing) {
  EXPECT_EQ(RunAlone({ProgramPath("clean_closed_files")}).memory, Lines{});
}

TEST(Alone, OffIsSilentAndVerboseSaysAll) {
  const std::string program = ProgramPath("alone_one_guilty");
  EXPECT_EQ(RunAlone({program, "--gtest_repeat=12"}, {{"MEMPROF", "off"}}).memory, Lines{});
  const Output verbose = RunAlone({program}, {{"MEMPROF", "verbose"}});
  ASSERT_EQ(verbose.memory.size(), 8u) << verbose.text;
  EXPECT_TRUE(Contains(verbose.memory[0], "Guilty.KeepsMemory kept 1.1 KiB in 3 blocks"))
      << verbose.memory[0];
  EXPECT_TRUE(Contains(verbose.memory[1], "Guilty.KeepsADescriptor kept 0 B in 0 blocks"));
  EXPECT_TRUE(Contains(verbose.memory[1], "descriptors +1, threads +0"));
  EXPECT_TRUE(Contains(verbose.memory[2], "Guilty.IsCleanBesideThem kept 0 B in 0 blocks; "));
}

TEST(Alone, ListingTestsPrintsNothingExtra) {
  const Output output =
      RunAlone({ProgramPath("alone_one_guilty"), "--gtest_list_tests"}, {{"MEMPROF", "verbose"}});
  EXPECT_FALSE(Contains(output.text, "MEMORY")) << output.text;
  EXPECT_TRUE(Contains(output.text, "KeepsMemory"));
}

TEST(Alone, ChildrenOfDeathTestsPrintNothingExtra) {
  const Output output = RunAlone({ProgramPath("clean_death_tests")}, {{"MEMPROF", "verbose"}});
  EXPECT_EQ(output.exit_code, 0) << output.text;
  int kept = 0;
  for (const std::string& line : output.memory) kept += Contains(line, "; descriptors ") ? 1 : 0;
  EXPECT_EQ(kept, 2) << "one line for each test, none of a child:\n" << output.text;
}

TEST(Alone, OutputThatIsNoTerminalIsPlain) {
  const Output output = RunAlone({ProgramPath("alone_one_guilty"), "--gtest_color=yes"});
  EXPECT_EQ(output.memory.size(), 1u) << output.text;
}

TEST(Alone, OnATerminalTheTagIsColouredUnlessNoColorIsSet) {
  const std::string program = ProgramPath("found_one_byte");
  // script(1) gives its command a terminal.
  const Output coloured = RunAlone({"script", "-qec", program, "/dev/null"});
  if (!Contains(coloured.text, "OneByte")) GTEST_SKIP() << "script(1) is not here";
  EXPECT_TRUE(Contains(coloured.text, "\033[0;33m[  MEMORY  ]\033[m 1 of 1")) << coloured.text;
  const Output plain = RunAlone({"script", "-qec", program, "/dev/null"}, {{"NO_COLOR", "1"}});
  EXPECT_EQ(plain.memory.size(), 1u) << plain.text;
}

TEST(Alone, TwoCopiesOfTheListenerMeasureOnce) {
  const Output output = RunAlone({ProgramPath("listener_twice")}, {{"MEMPROF", "verbose"}});
  EXPECT_EQ(output.exit_code, 0);
  ASSERT_EQ(output.memory.size(), 1u) << output.text;
  EXPECT_TRUE(Contains(output.memory[0], "Twice.UsesTheHelper kept 0 B"));
}

TEST(Alone, UnderLeakSanitizerTheHeapIsNotMeasured) {
  const Output output = RunAlone({ProgramPath("found_one_byte"), "--gtest_repeat=12"},
                                 {{"LD_PRELOAD", "liblsan.so.0"}, {"LSAN_OPTIONS", "exitcode=0"}});
  if (Contains(output.text, "cannot be preloaded")) GTEST_SKIP() << "liblsan is not here";
  EXPECT_EQ(output.exit_code, 0) << output.text;
  EXPECT_EQ(output.memory,
            Lines{"heap not measured: LeakSanitizer answers malloc in this process"});
}

TEST(Alone, UnderLeakSanitizerSigactionWorksBeforeTheFirstMalloc) {
  const Output output =
      RunAlone({ProgramPath("sigaction_first")},
               {{"LD_PRELOAD", "liblsan.so.0"}, {"LSAN_OPTIONS", "detect_leaks=0"}});
  EXPECT_EQ(output.exit_code, 0) << output.text;
}

TEST(Alone, UnderValgrindTheHeapIsNotMeasured) {
  const Output output = RunAlone({"/bin/sh", "-c",
                                  "command -v valgrind > /dev/null || exit 77; exec valgrind -q "
                                  "--tool=none \"$0\"",
                                  ProgramPath("found_one_byte")});
  if (output.exit_code == 77) GTEST_SKIP() << "valgrind is not here";
  EXPECT_EQ(output.exit_code, 0) << output.text;
  EXPECT_EQ(output.memory, Lines{"heap not measured: Valgrind answers malloc in this process"});
}

}  // namespace
}  // namespace memprof
