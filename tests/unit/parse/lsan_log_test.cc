// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/lsan_log.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

LsanLog Parse(std::string_view text) {
  auto log = ParseLsanLog(text);
  EXPECT_TRUE(log.ok()) << (log.ok() ? "" : log.error().message);
  return log.ok() ? *std::move(log) : LsanLog{};
}

std::int64_t Bytes(const LsanLog& log) {
  std::int64_t bytes = 0;
  for (const LsanLeak& leak : log.leaks) bytes += leak.bytes;
  return bytes;
}

TEST(LsanLog, CheckThatPrintsNothingFoundNothing) {
  const LsanLog log = Parse("");
  EXPECT_TRUE(log.leaks.empty());
  EXPECT_TRUE(log.complete);
}

TEST(LsanLog, EveryCaptureAddsUpToItsSummary) {
  struct Row {
    const char* fixture;
    std::size_t leaks;
    std::size_t direct;
    std::int64_t bytes;
  };
  for (const Row& row : std::vector<Row>{
           {"gcc12_O0.txt", 17, 8, 3636},
           {"gcc12_O2.txt", 17, 8, 3636},
           {"clang14_O1.txt", 17, 8, 2727},
           {"clang14_fast_unwind.txt", 2, 2, 42},
           {"unsymbolized.txt", 1, 1, 64},
           {"stripped.txt", 2, 2, 88},
           {"pure_cycle.txt", 2, 0, 384},
           {"thread.txt", 1, 1, 36},
           {"repeat_3.txt", 4, 2, 1680},
           {"repeat_9.txt", 4, 2, 5040},
           {"suppressions.txt", 3, 3, 159},
           {"stderr_with_gtest.txt", 2, 2, 88},
           {"c_program.txt", 3, 2, 92},
           {"within_asan.txt", 3, 2, 92},
           {"two_processes.txt", 5, 2, 348},
           {"recoverable_checks.txt", 1, 1, 48},
       }) {
    SCOPED_TRACE(row.fixture);
    const LsanLog log = Parse(ReadFixture(std::string("lsan/") + row.fixture));
    std::size_t direct = 0;
    for (const LsanLeak& leak : log.leaks) {
      direct += leak.direct ? 1 : 0;
      EXPECT_GE(leak.stack.size(), 2u);
      EXPECT_GT(leak.blocks, 0);
    }
    EXPECT_EQ(log.leaks.size(), row.leaks);
    EXPECT_EQ(direct, row.direct);
    EXPECT_EQ(Bytes(log), row.bytes);
    EXPECT_TRUE(log.complete);
  }
}

TEST(LsanLog, ReadsBytesBlocksAndEveryFrame) {
  const LsanLog log = Parse(ReadFixture("lsan/c_program.txt"));
  ASSERT_EQ(log.leaks.size(), 3u);
  const LsanLeak& strdup = log.leaks[2];
  EXPECT_FALSE(strdup.direct);
  EXPECT_EQ(strdup.bytes, 24);
  EXPECT_EQ(strdup.blocks, 3);
  ASSERT_EQ(strdup.stack.size(), 8u);
  EXPECT_EQ(strdup.stack[1], (Frame{"__GI___strdup", "string/strdup.c", 42, ""}));
  EXPECT_EQ(strdup.stack[2], (Frame{"make_item", "/src/c_leak.c", 6, ""}));
  EXPECT_EQ(strdup.stack[7], (Frame{"_start", "", 0, "/src/c_leak", 0x10b0}));
}

TEST(LsanLog, FramesOfClangHaveColumnsAndBuildIds) {
  const LsanLog log = Parse(ReadFixture("lsan/clang14_O1.txt"));
  ASSERT_FALSE(log.leaks.empty());
  const Stack& stack = log.leaks[0].stack;
  ASSERT_EQ(stack.size(), 12u);
  EXPECT_EQ(stack[0],
            (Frame{"operator new[](unsigned long)", "", 0, "/src/losses_clang", 0x5bd88}));
  EXPECT_EQ(stack[1], (Frame{"shop::(anonymous namespace)::Drop(unsigned long)",
                             "/src/losses_test.cc", 13, ""}));
  EXPECT_EQ(stack[8], (Frame{"main", "", 0, "/src/losses_clang", 0x2f2af}));
}

TEST(LsanLog, StrippedProgramHasModulesOnly) {
  const LsanLog log = Parse(ReadFixture("lsan/stripped.txt"));
  ASSERT_FALSE(log.leaks.empty());
  EXPECT_EQ(log.leaks[0].stack[1], (Frame{"", "", 0, "/src/losses_stripped", 0xe9cb}));
}

TEST(LsanLog, LaterCheckOfOneProcessReplacesTheEarlier) {
  const LsanLog log = Parse(ReadFixture("lsan/recoverable_checks.txt"));
  ASSERT_EQ(log.leaks.size(), 1u);
  EXPECT_EQ(log.leaks[0].blocks, 2);
}

TEST(LsanLog, CheckThatWasCutDoesNotReplaceAWholeOne) {
  const std::string text = ReadFixture("lsan/recoverable_checks.txt");
  const LsanLog log = Parse(std::string_view(text).substr(0, text.rfind("    #1")));
  ASSERT_EQ(log.leaks.size(), 1u);
  EXPECT_EQ(log.leaks[0].stack.size(), 4u);
  EXPECT_FALSE(log.complete);
}

TEST(LsanLog, TextThatStopsBeforeTheSummaryIsIncomplete) {
  const std::string text = ReadFixture("lsan/pure_cycle.txt");
  const LsanLog log = Parse(std::string_view(text).substr(0, text.find("SUMMARY")));
  EXPECT_EQ(log.leaks.size(), 2u);
  EXPECT_FALSE(log.complete);
}

TEST(LsanLog, ListShorterThanItsSummaryIsIncomplete) {
  const LsanLog log = Parse(ReadFixture("lsan/max_leaks_color.txt"));
  ASSERT_EQ(log.leaks.size(), 1u);
  EXPECT_EQ(log.leaks[0].bytes, 48);
  EXPECT_EQ(log.leaks[0].stack.size(), 5u);
  EXPECT_FALSE(log.complete);
}

TEST(LsanLog, RefusedPtraceIsAnErrorWithTheCure) {
  const auto log = ParseLsanLog(ReadFixture("lsan/fatal_ptrace.txt"));
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().kind, ErrorKind::kProcess);
  EXPECT_NE(log.error().message.find("has encountered a fatal error"), std::string::npos);
  EXPECT_NE(log.error().hint.find("SYS_PTRACE"), std::string::npos);
  EXPECT_NE(log.error().hint.find("does not work under ptrace"), std::string::npos);
}

TEST(LsanLog, CrashBeforeTheCheckIsAnErrorNotACleanResult) {
  const std::string text = ReadFixture("lsan/deadly_signal.txt");
  const auto log = ParseLsanLog(text);
  ASSERT_FALSE(log.ok());
  EXPECT_NE(log.error().message.find("SEGV on unknown address"), std::string::npos);
  EXPECT_FALSE(ParseLsanLog(text.substr(0, text.find('\n') + 1)).ok());
}

TEST(LsanLog, OneProcessThatCouldNotCheckMakesTheOthersIncomplete) {
  const LsanLog log =
      Parse(ReadFixture("lsan/c_program.txt") + ReadFixture("lsan/fatal_ptrace.txt"));
  EXPECT_EQ(log.leaks.size(), 3u);
  EXPECT_FALSE(log.complete);
}

TEST(LsanLog, LinesOfOtherProgramsAmidAStackAreSkipped) {
  std::string text = ReadFixture("lsan/thread.txt");
  text.insert(text.find("    #3"), "[       OK ] Losses.Thread (0 ms)\n#include <map>\n# 4 0x1\n");
  const LsanLog log = Parse(text);
  ASSERT_EQ(log.leaks.size(), 1u);
  EXPECT_EQ(log.leaks[0].stack.size(), 16u);
  EXPECT_TRUE(log.complete);
}

TEST(LsanLog, ReadsLinesThatEndInCarriageReturns) {
  std::string text = ReadFixture("lsan/thread.txt");
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at, 1, '\r');
  }
  EXPECT_EQ(Parse(text).leaks, Parse(ReadFixture("lsan/thread.txt")).leaks);
}

TEST(LsanLog, NoDamageCrashesIt) {
  for (const std::string& name : FixtureNames("lsan")) {
    SCOPED_TRACE(name);
    std::size_t read = 0;
    ForEachDamage(ReadFixture(name), [&](std::string_view text) {
      const auto log = ParseLsanLog(text);
      read += log.ok() ? 1 : 0;
      EXPECT_TRUE(log.ok() || log.error().kind == ErrorKind::kProcess);
    });
    EXPECT_GT(read, 0u);
  }
}

TEST(LsanLog, NoCutGoesUnnoticed) {
  // A cut before the opening line leaves nothing to notice it by.
  const std::string text = ReadFixture("lsan/thread.txt");
  const auto begin = text.find("detected memory leaks") + 21;
  for (std::size_t size = begin; size < text.rfind(" allocation(s)"); ++size) {
    EXPECT_FALSE(Parse(std::string_view(text).substr(0, size)).complete) << size;
  }
}

}  // namespace
}  // namespace memprof
