// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// memprof/gtest.h in real test programs: alone with the tracker linked or preloaded, without it,
// and what a record says of it.
#include <gtest/gtest.h>

#include <regex>
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

struct Alone {
  std::string text;
  int exit_code = -1;
  std::string record;  ///< its path
};

Alone RunAlone(const std::string& program, const std::string& filter,
               const Environment& environment = {}) {
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  const std::string out = FreshDirectory(
      std::regex_replace(std::string("author_") + test.name(), std::regex("/"), "_"));
  Alone alone;
  alone.record = out + "/a.rec";
  Command command;
  command.arguments = {program, "--gtest_filter=" + filter, "--gtest_color=no"};
  command.output_path = out + "/output.txt";
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX",
                               "MEMPROF_RECORD", "MEMPROF"};
  command.set_environment = environment;
  for (auto& [name, value] : command.set_environment) {
    if (name == "MEMPROF_RECORD") value = alone.record;
  }
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  EXPECT_TRUE(end.ok());
  if (end.ok() && end->how == ProcessEnd::How::kExited) alone.exit_code = end->code;
  if (Result<std::string> text = ReadFile(command.output_path); text.ok()) alone.text = *text;
  return alone;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const Environment kPreloaded = {{"LD_PRELOAD", MEMPROF_TEST_PLUGIN}};

/// One broken budget, and what its message must say of it.
struct Broken {
  const char* test;
  const char* allowed;
  const char* did;
};

const Broken kBroken[] = {
    {"NoAllocations", "may make no allocations", "it made 1 allocation of 104 bytes"},
    {"Allocations", "may make at most 2 allocations", "it made 3 allocations of 312 bytes"},
    {"AllocatedBytes", "may allocate at most 1000 bytes", "it made 3 allocations of 1512 bytes"},
    {"Peak", "may have at most 50000 bytes alive at once", "had 60008 alive at its peak"},
    {"Kept", "may keep at most 100 bytes", "and kept 200"},
    {"NothingKept", "may keep nothing", "and kept 24"},
};

class EachBudget : public testing::TestWithParam<std::tuple<Broken, bool>> {};

TEST_P(EachBudget, IsBrokenWithAMessageToActOn) {
  const auto& [broken, is_linked] = GetParam();
  const std::string filter = std::string("Broken.") + broken.test;
  const Alone alone = is_linked ? RunAlone(ProgramPath("author_budgets"), filter)
                                : RunAlone(PlainPath("author_budgets"), filter, kPreloaded);
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_TRUE(std::regex_search(alone.text, std::regex("author_budgets\\.cc:[0-9]+: Failure")))
      << alone.text;
  EXPECT_TRUE(Contains(alone.text, broken.allowed)) << alone.text;
  EXPECT_TRUE(Contains(alone.text, broken.did)) << alone.text;
  // The function that allocated, the test's own frame and no more of GoogleTest's.
  EXPECT_TRUE(std::regex_search(
      alone.text,
      std::regex("    #[0-9] \\(anonymous namespace\\)::(MakeAndForget|Keep)\\(unsigned "
                 "long\\) \\(author_budgets[a-z_]*\\+0x[0-9a-f]+\\)")))
      << alone.text;
  EXPECT_TRUE(Contains(alone.text, std::string("Broken_") + broken.test + "_Test::TestBody()"));
  EXPECT_FALSE(Contains(alone.text, "testing::Test::Run")) << alone.text;
  std::smatch command;
  ASSERT_TRUE(std::regex_search(alone.text, command, std::regex("source lines: (addr2line .*)")))
      << alone.text;
}

INSTANTIATE_TEST_SUITE_P(Of, EachBudget,
                         testing::Combine(testing::ValuesIn(kBroken), testing::Bool()),
                         [](const auto& row) {
                           return std::string(std::get<0>(row.param).test) +
                                  (std::get<1>(row.param) ? "Linked" : "Preloaded");
                         });

TEST(Author, TheCommandOfAMessageTellsTheSourceLine) {
  const Alone alone = RunAlone(ProgramPath("author_budgets"), "Broken.NoAllocations");
  std::smatch found;
  ASSERT_TRUE(std::regex_search(alone.text, found, std::regex("source lines: addr2line (.*)")))
      << alone.text;
  Command command;
  command.arguments = {"/bin/sh", "-c", "addr2line " + found[1].str()};
  command.output_path = FreshDirectory("author_addr2line") + "/output.txt";
  command.time_limit_s = 60;
  ASSERT_TRUE(RunProcess(command).ok());
  const Result<std::string> lines = ReadFile(command.output_path);
  ASSERT_TRUE(lines.ok());
  EXPECT_TRUE(
      std::regex_search(*lines, std::regex("MakeAndForget.* at .*author_budgets.cc:[0-9]+")))
      << *lines;
}

TEST(Author, BudgetsThatHoldPassLinkedAndPreloaded) {
  for (const bool is_linked : {true, false}) {
    const Alone alone =
        is_linked
            ? RunAlone(ProgramPath("author_budgets"), "Held.*:Threads.*:Children.*")
            : RunAlone(PlainPath("author_budgets"), "Held.*:Threads.*:Children.*", kPreloaded);
    EXPECT_EQ(alone.exit_code, 0) << alone.text;
    EXPECT_FALSE(Contains(alone.text, "SKIPPED")) << alone.text;
  }
}

TEST(Author, TheAssertingFormsEndTheTest) {
  const Alone alone = RunAlone(ProgramPath("author_budgets"), "Asserted.*");
  EXPECT_TRUE(Contains(alone.text, " 6 FAILED TESTS")) << alone.text;
  EXPECT_FALSE(Contains(alone.text, "ran on")) << alone.text;
}

TEST(Author, ABlockIsJudgedHoweverItIsLeft) {
  const Alone alone = RunAlone(ProgramPath("author_budgets"), "Left.*:Nested.*");
  EXPECT_TRUE(Contains(alone.text, "[  FAILED  ] Left.ByReturn")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "[  FAILED  ] Left.ByBreak")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "[       OK ] Left.ByException")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "[       OK ] Left.WithoutBracesAroundIt")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "it made 1 allocation of 72 bytes")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "had 5000 alive at its peak, and kept 0")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, " 4 FAILED TESTS")) << alone.text;
}

TEST(Author, WithoutTheTrackerEveryBudgetHolds) {
  const std::string but_asserted = "-Asserted.*";
  const Alone absent = RunAlone(PlainPath("author_budgets"), but_asserted);
  EXPECT_EQ(absent.exit_code, 0) << absent.text;
  EXPECT_TRUE(Contains(absent.text, "libmemprof.so is not in this process")) << absent.text;
  const Alone off = RunAlone(ProgramPath("author_budgets"), but_asserted, {{"MEMPROF", "off"}});
  EXPECT_EQ(off.exit_code, 0) << off.text;
  EXPECT_EQ(RunAlone(PlainPath("author_limits"), "*").exit_code, 0);
  EXPECT_EQ(RunAlone(ProgramPath("author_limits"), "*", {{"MEMPROF", "off"}}).exit_code, 0);
}

TEST(Author, AStaticExecutableOfTheSameFileRuns) {
  const std::string program = ProgramPath("author_budgets_static");
  if (!ReadFile(program).ok()) GTEST_SKIP() << "no static libraries here to link it with";
  const Alone alone = RunAlone(program, "-Asserted.*");
  EXPECT_EQ(alone.exit_code, 0) << alone.text;
}

TEST(Author, AFullTraceCountsTheSameInRequestedBytes) {
  const Environment traced = {{"MEMPROF_TRACE", "1"}, {"MEMPROF_RECORD", ""}};
  const Alone alone = RunAlone(ProgramPath("author_budgets"), "Broken.*:Held.*", traced);
  EXPECT_TRUE(Contains(alone.text, " 6 FAILED TESTS")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "it made 3 allocations of 1500 bytes")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "::MakeAndForget(unsigned long)")) << alone.text;
}

TEST(Author, LimitsFailTheTestThatBreaksThem) {
  const Alone alone = RunAlone(ProgramPath("author_limits"), "*");
  EXPECT_EQ(alone.exit_code, 1);
  EXPECT_TRUE(Contains(alone.text, "[       OK ] Limits.ThatHold")) << alone.text;
  EXPECT_TRUE(std::regex_search(alone.text, std::regex("had 5[0-9]{3} bytes more alive at its peak "
                                                       "than at its start, and may have 4096")))
      << alone.text;
  EXPECT_TRUE(Contains(alone.text, "kept 200 bytes more than it found, and may keep 100"))
      << alone.text;
  EXPECT_TRUE(std::regex_search(alone.text, std::regex("made 1[0-9] allocations, and may make 3")))
      << alone.text;
  EXPECT_TRUE(Contains(alone.text, "[  FAILED  ] SetInSetUp.KeptIsBroken")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "[       OK ] Kept.OnPurpose")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "kept 136 bytes more than it found, and may keep 0"))
      << alone.text;
  EXPECT_TRUE(Contains(alone.text, "[       OK ] Ignored.IsNobodysFinding")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, " 5 FAILED TESTS")) << alone.text;
  EXPECT_TRUE(Contains(alone.text, "memprof run --only trace --format text,collapsed -- " +
                                       ProgramPath("author_limits") +
                                       " --gtest_filter='Limits.KeptIsBroken'"))
      << alone.text;
}

/// The record is the same of a binary with the listener and of one that streams.
class AuthorRecord : public testing::TestWithParam<bool> {};

TEST_P(AuthorRecord, HoldsWhatTheAuthorSaidAndLeavesTheJudgementToTheReader) {
  Environment environment = {{"MEMPROF_RECORD", ""}, {"MEMPROF_TRACE", "1"}};
  if (!GetParam()) {
    environment.insert(environment.end(), kPreloaded.begin(), kPreloaded.end());
    environment.emplace_back("MEMPROF_STREAM", "1");
    environment.emplace_back("GTEST_STREAM_RESULT_TO", record::kStreamSentinel);
  }
  const Alone alone = RunAlone(
      GetParam() ? ProgramPath("author_limits") : PlainPath("author_limits"), "*", environment);
  EXPECT_EQ(alone.exit_code, 0) << alone.text;
  const Result<std::string> bytes = ReadFile(alone.record);
  ASSERT_TRUE(bytes.ok());
  const Result<RecordFile> record = ParseRecord(*bytes);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->damage, "");
  ASSERT_EQ(record->runs.size(), 8u);
  const auto limits = [&](std::size_t run) { return record->runs[run].limits.value(); };
  EXPECT_EQ(limits(0).what.peak_bytes, 4096);
  EXPECT_EQ(limits(0).what.kept_bytes, 0);
  EXPECT_EQ(limits(0).what.allocations, 3);
  EXPECT_TRUE(Contains(limits(0).file, "author_limits.cc"));
  EXPECT_EQ(limits(2).what.kept_bytes, 100);
  EXPECT_EQ(limits(2).what.peak_bytes, -1);
  EXPECT_EQ(limits(4).what.kept_bytes, 0) << "set in SetUp";
  const RecordedRun& kept = record->runs[5];
  ASSERT_EQ(kept.keeps.size(), 1u);
  EXPECT_EQ(kept.keeps[0].what.bytes, 224);
  EXPECT_EQ(kept.keeps[0].why, "two \"registered\" names");
  EXPECT_FALSE(kept.ignored.has_value());
  const RecordedRun& ignored = record->runs[7];
  ASSERT_TRUE(ignored.ignored.has_value());
  EXPECT_EQ(ignored.ignored->kept_bytes, 5000);
  EXPECT_EQ(ignored.ignored->kept_blocks, 5);
  EXPECT_EQ(ignored.ignored->allocations, 5u);
  EXPECT_EQ(ignored.window.kept_bytes, 5000);
  // Of the blocks that are there at the end, those five are the ignored window's.
  ASSERT_TRUE(record->trace.has_value());
  std::uint64_t blocks = 0;
  for (const RecordedAmount& amount : record->trace->survivor_changes.back()) {
    const record::Origin& origin = record->trace->origins[amount.origin];
    const record::WindowKind kind = record->trace->windows[origin.window].kind;
    if (kind == record::kIgnoredWindow) blocks += amount.blocks;
  }
  EXPECT_EQ(blocks, 5u);
}

INSTANTIATE_TEST_SUITE_P(Of, AuthorRecord, testing::Bool(), [](const auto& row) {
  return std::string(row.param ? "TheListener" : "TheStream");
});

}  // namespace
}  // namespace memprof
