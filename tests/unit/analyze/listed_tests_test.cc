// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/listed_tests.h"

#include <gtest/gtest.h>

#include "tests/unit/analyze/record_builder.h"
#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

std::vector<GtestCase> Fixture(const std::string& name) {
  return ParseGtestJson(ReadFixture(name)).value();
}

TEST(ListedTests, DisabledOnesArePlannedOnlyWhereTheUserRunsThem) {
  EXPECT_EQ(PlannedTests(Fixture("gtest/list.json"), false).size(), 7u);
  EXPECT_EQ(PlannedTests(Fixture("gtest/list.json"), true).size(), 9u);
}

TEST(ListedTests, ARecordGetsLinesAndTheTestsThatNeverStarted) {
  RecordBuilder builder;
  const std::uint32_t skips = builder.AddTest("Plain", "Skips");  // shuffled: not the list's order
  const std::uint32_t passes = builder.AddTest("Plain", "Passes");
  builder.Run(skips, Kept(0));
  builder.Run(passes, Kept(0));
  builder.BreakIteration();
  RecordFile record = builder.record();
  record.process.emplace();
  JoinPlanned(PlannedTests(Fixture("gtest/list.json"), false), &record);
  ASSERT_EQ(record.tests.size(), 7u);
  EXPECT_EQ(record.tests[skips].FullName(), "Plain.Skips");
  EXPECT_EQ(record.tests[skips].line, 9);
  EXPECT_EQ(record.tests[passes].line, 7);
  EXPECT_EQ(record.tests[2].FullName(), "Plain.Fails");
  EXPECT_EQ(record.iterations[0].tests_planned, 7u);
  EXPECT_EQ(record.process->hello.tests_planned, 7u);
}

TEST(ListedTests, ATestThatTheListLacksKeepsItsName) {
  RecordBuilder builder;
  builder.AddTest("Made", "AtRunTime");
  RecordFile record = builder.record();
  JoinPlanned({}, &record);
  ASSERT_EQ(record.tests.size(), 1u);
  EXPECT_EQ(record.tests[0].FullName(), "Made.AtRunTime");
}

RecordFile AllFailed() {
  RecordBuilder builder;
  for (const char* name : {"Passes", "Fails", "Skips"}) {
    const std::uint32_t test = builder.AddTest("Plain", name);
    builder.Run(test, Kept(0)).outcome =
        test == 0 ? record::kOutcomePassed : record::kOutcomeFailed;
  }
  return builder.record();
}

void ExpectOneSkipped(const RecordFile& record) {
  EXPECT_EQ(record.runs[0].outcome, record::kOutcomePassed);
  EXPECT_EQ(record.runs[1].outcome, record::kOutcomeFailed);
  EXPECT_EQ(record.runs[2].outcome, record::kOutcomeSkipped);
}

TEST(ListedTests, WhatDidNotPassFailedOrWasSkippedAsTheResultsSay) {
  RecordFile by_results = AllFailed();
  JoinResults(Fixture("gtest/results.json"), &by_results);
  ExpectOneSkipped(by_results);
  RecordFile by_output = AllFailed();
  JoinSkipped(MarkedInOutput(ReadFixture("gtest/output.txt"), "SKIPPED"), {}, &by_output);
  ExpectOneSkipped(by_output);
  RecordFile in_another_run = AllFailed();
  JoinSkipped({"Plain.Skips"}, 1, &in_another_run);
  EXPECT_EQ(in_another_run.runs[2].outcome, record::kOutcomeFailed);
}

TEST(ListedTests, InAProgramThatSucceededNothingFailedButWhatItSaid) {
  RecordFile record = AllFailed();
  JoinSuccess({record.tests[record.runs[2].test].FullName()}, {}, &record);
  EXPECT_EQ(record.runs[0].outcome, record::kOutcomePassed);
  EXPECT_EQ(record.runs[1].outcome, record::kOutcomeSkipped);
  EXPECT_EQ(record.runs[2].outcome, record::kOutcomeFailed);
}

TEST(ListedTests, MarksTellHowFarAProgramCame) {
  std::vector<RecordedTest> planned(4);
  for (std::size_t i = 0; i < planned.size(); ++i) {
    planned[i].suite = "S";
    planned[i].name = std::string(1, static_cast<char>('a' + i));
  }
  const char* const output =
      "[ RUN      ] S.a\n[       OK ] S.a (0 ms)\n[ RUN      ] S.b\n[  FAILED  ] S.b (0 ms)\n"
      "[ RUN      ] S.c\n";
  const RecordFile record = UnmeasuredRecord(ResultsByMarks(planned, output, false));
  ASSERT_EQ(record.runs.size(), 3u);
  EXPECT_EQ(record.runs[0].outcome, record::kOutcomePassed);
  EXPECT_EQ(record.runs[1].outcome, record::kOutcomeFailed);
  EXPECT_FALSE(record.runs[2].finished);
  EXPECT_FALSE(record.program_ended);
  EXPECT_EQ(record.tests.size(), 4u);
  // --gtest_brief names those that failed alone.
  EXPECT_EQ(UnmeasuredRecord(ResultsByMarks(planned, "", true)).runs.size(), 4u);
  EXPECT_EQ(UnmeasuredRecord(ResultsByMarks(planned, "", false)).runs.size(), 0u);
}

TEST(ListedTests, AnUnmeasuredRecordHasOutcomesAndNoFigures) {
  const RecordFile record = UnmeasuredRecord(Fixture("gtest/results.json"));
  ASSERT_EQ(record.tests.size(), 7u);
  ASSERT_EQ(record.runs.size(), 7u);
  ExpectOneSkipped(record);
  for (const RecordedRun& run : record.runs) EXPECT_EQ(run.window.measured, 0u);
}

}  // namespace
}  // namespace memprof
