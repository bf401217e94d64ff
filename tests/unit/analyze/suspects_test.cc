// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/suspects.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/analyze/record_builder.h"

namespace memprof {
namespace {

constexpr std::int64_t kMiB = 1 << 20;

std::vector<std::string> NamesOf(const RecordBuilder& builder) {
  std::vector<std::string> names;
  for (const Suspect& suspect : FindSuspects(builder.record(), kMiB)) {
    names.push_back(builder.record().tests[suspect.test].name);
    EXPECT_FALSE(suspect.reason.empty());
  }
  return names;
}

using Names = std::vector<std::string>;

/// Runs of one test, an iteration each, in windows that hold nothing else.
RecordBuilder RunsOf(const std::vector<record::Window>& windows) {
  RecordBuilder builder;
  const std::uint32_t test = builder.AddTest("S", "A");
  for (const record::Window& window : windows) {
    builder.Run(test, window);
    builder.EndSuite("S", window);
    builder.EndIteration(window);
  }
  return builder;
}

record::Window NotMeasured(record::Window window) {
  window.measured = 0;
  return window;
}

struct Row {
  const char* name;
  std::vector<record::Window> windows;
  bool suspect;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class SuspectTable : public testing::TestWithParam<Row> {};

TEST_P(SuspectTable, IsSuspectWhenItKeptSomething) {
  EXPECT_EQ(!NamesOf(RunsOf(GetParam().windows)).empty(), GetParam().suspect);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, SuspectTable,
    testing::Values(Row{"KeptNothing", {Kept(0)}, false}, Row{"KeptOneByte", {Kept(1)}, true},
                    Row{"KeptADescriptor", {Kept(0, 1)}, true},
                    Row{"KeptAThread", {Kept(0, 0, 1)}, true},
                    Row{"KeptAMapping", {Kept(0, 0, 0, 4096)}, true},
                    Row{"FreedMore", {Kept(-100, -1, -1, -4096)}, true},
                    Row{"ClosedMore", {Kept(0, -1, -1, -4096)}, false},
                    Row{"NotMeasured", {NotMeasured(Kept(100, 1))}, false},
                    Row{"KeptInItsFirstRunOnly", {Kept(100), Kept(0), Kept(0)}, false},
                    Row{"KeptMuchInItsFirstRun", {Kept(kMiB), Kept(0), Kept(0)}, true},
                    Row{"KeptInLaterRuns", {Kept(0), Kept(50), Kept(0)}, true},
                    Row{"KeptAndFreedInLaterRuns", {Kept(0), Kept(50), Kept(-50)}, false},
                    Row{"DescriptorsInLaterRuns", {Kept(0, 1), Kept(0, 1)}, true}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Suspects, OfAnEmptyRecordAreNone) { EXPECT_TRUE(FindSuspects(RecordFile{}, kMiB).empty()); }

TEST(Suspects, AreInTheOrderOfTheTests) {
  RecordBuilder builder;
  const std::uint32_t a = builder.AddTest("S", "A");
  const std::uint32_t b = builder.AddTest("S", "B");
  const std::uint32_t c = builder.AddTest("S", "C");
  builder.Run(c, Kept(5));
  builder.Run(b, Kept(0));
  builder.Run(a, Kept(5));
  builder.EndSuite("S", Kept(10));
  builder.EndIteration(Kept(10));
  EXPECT_EQ(NamesOf(builder), (Names{"A", "C"}));
}

TEST(Suspects, RunThatDidNotEndIsNone) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("S", "A"), Kept(100)).finished = false;
  builder.BreakIteration();
  EXPECT_TRUE(NamesOf(builder).empty());
}

TEST(Suspects, FirstTestThatPassedStandsInForItsSuite) {
  RecordBuilder builder;
  const std::uint32_t failed = builder.AddTest("S", "Failed");
  const std::uint32_t first = builder.AddTest("S", "First");
  const std::uint32_t second = builder.AddTest("S", "Second");
  builder.Run(failed, Kept(0)).outcome = record::kOutcomeFailed;
  builder.Run(first, Kept(0));
  builder.Run(second, Kept(0));
  builder.EndSuite("S", Kept(200));
  builder.EndIteration(Kept(200));
  EXPECT_EQ(NamesOf(builder), (Names{"First"}));
}

TEST(Suspects, SuspectOfTheSuiteStandsInAlready) {
  RecordBuilder builder;
  const std::uint32_t first = builder.AddTest("S", "First");
  const std::uint32_t second = builder.AddTest("S", "Second");
  builder.Run(first, Kept(0));
  builder.Run(second, Kept(10));
  builder.EndSuite("S", Kept(200));
  builder.EndIteration(Kept(200));
  EXPECT_EQ(NamesOf(builder), (Names{"Second"}));
}

TEST(Suspects, FirstTestStandsInForTheProgram) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("S", "A"), Kept(0));
  builder.EndSuite("S", Kept(0));
  builder.Run(builder.AddTest("T", "B"), Kept(0));
  builder.EndSuite("T", Kept(0));
  builder.EndIteration(Kept(300));
  EXPECT_EQ(NamesOf(builder), (Names{"A"}));
}

TEST(Suspects, SuiteThatFreesWhatItsTestsPushedIsNoReason) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("S", "A"), Kept(100));
  builder.Run(builder.AddTest("S", "B"), Kept(0));
  builder.EndSuite("S", Kept(0));
  builder.EndIteration(Kept(0));
  EXPECT_EQ(NamesOf(builder), (Names{"A"}));
}

TEST(Suspects, SuiteThatKeptOnlyInTheFirstIterationIsNoReason) {
  RecordBuilder builder;
  const std::uint32_t test = builder.AddTest("S", "A");
  for (const std::int64_t kept : {500, 0, 0}) {
    builder.Run(test, Kept(0));
    builder.EndSuite("S", Kept(kept));
    builder.EndIteration(Kept(kept));
  }
  EXPECT_TRUE(NamesOf(builder).empty());
}

// A test that frees what an earlier one made has a negative window. Where its suite or its
// iteration never ended, nothing is there to take it off from.
TEST(Suspects, WhatGoogleTestItselfKeepsOfTheFirstSuiteIsNoReasonInAStream) {
  struct Case {
    record::BoundarySource source;
    std::int64_t bytes, blocks;
    bool is_suspect;
  };
  for (const Case& each :
       {Case{record::kFromStream, 24, 1, false}, Case{record::kFromListener, 24, 1, true},
        Case{record::kFromStream, 25, 1, true}, Case{record::kFromStream, 48, 2, true}}) {
    SCOPED_TRACE(each.bytes);
    RecordBuilder builder;
    const std::uint32_t test = builder.AddTest("S", "A");
    builder.Run(test, Kept(0));
    record::Window window = Kept(each.bytes);
    window.kept_blocks = each.blocks;
    builder.EndSuite("S", window);
    builder.EndIteration(window);
    RecordFile record = builder.record();
    record.process.emplace().boundary_source = each.source;
    EXPECT_EQ(!FindSuspects(record, kMiB).empty(), each.is_suspect);
  }
}

TEST(Suspects, BlocksThatAreLeftWhenTheProcessEndsAreAReasonWhereThereIsNoOther) {
  struct Case {
    std::int64_t kept_by_test, left;
    Names suspects;
  };
  for (const Case& each : {Case{0, 2, {}}, Case{0, 3, {"A"}}, Case{100, 3, {"B"}}}) {
    SCOPED_TRACE(each.left);
    RecordBuilder builder;
    const std::uint32_t first = builder.AddTest("S", "A");
    const std::uint32_t second = builder.AddTest("S", "B");
    builder.Run(first, Kept(0));
    builder.Run(second, Kept(each.kept_by_test));
    builder.EndSuite("S", Kept(each.kept_by_test));
    builder.EndIteration(Kept(each.kept_by_test));
    RecordFile record = builder.record();
    record.process_end = record::ProcessEnd{1000, each.left};
    Names names;
    for (const Suspect& suspect : FindSuspects(record, kMiB)) {
      names.push_back(record.tests[suspect.test].name);
    }
    EXPECT_EQ(names, each.suspects);
  }
}

TEST(Suspects, SuiteThatDidNotEndIsNoReason) {
  RecordBuilder builder;
  const std::uint32_t a = builder.AddTest("S", "A");
  const std::uint32_t b = builder.AddTest("S", "B");
  builder.Run(a, Kept(0));
  builder.Run(b, Kept(0));
  builder.EndSuite("S", Kept(0));
  builder.EndIteration(Kept(0));
  builder.Run(a, Kept(0, -1));
  builder.Run(b, Kept(0)).finished = false;
  builder.BreakIteration();
  EXPECT_TRUE(NamesOf(builder).empty());
}

TEST(Suspects, IterationThatDidNotEndIsNoReason) {
  RecordBuilder builder;
  builder.Run(builder.AddTest("S", "A"), Kept(0, -1));
  builder.EndSuite("S", Kept(0, -1));
  EXPECT_TRUE(NamesOf(builder).empty());
}

}  // namespace
}  // namespace memprof
