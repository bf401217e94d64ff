// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/diagnose.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

RecordFile Screen(const std::vector<std::int64_t>& peaks) {
  RecordFile screen;
  for (std::uint32_t i = 0; i < peaks.size(); ++i) {
    RecordedTest test;
    test.suite = "Peaks";
    test.name = "Test" + std::to_string(i);
    test.file = "/src/tests/peak_test.cc";
    test.line = static_cast<int>(i) + 1;
    screen.tests.push_back(test);
    RecordedRun run;
    run.test = i;
    run.finished = true;
    run.window.measured = record::kHeapMeasured;
    run.window.peak_bytes = peaks[i];
    screen.runs.push_back(run);
  }
  return screen;
}

TEST(DiagnoseScreen, FindsTheSpikeAmongSmallTests) {
  const auto findings =
      DiagnoseScreen(Screen({1000, 2000, 100 << 20, 3000}), SomeContext(), Thresholds{});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::kPeakSpike);
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  EXPECT_EQ(findings[0].tests, std::vector<std::string>{"Peaks.Test2"});
  EXPECT_EQ(findings[0].location.file, "tests/peak_test.cc");
  EXPECT_EQ(findings[0].location.line, 3);
  EXPECT_EQ(findings[0].impact.peak_bytes, 100 << 20);
}

TEST(DiagnoseScreen, JudgesTheHighestOfATestsRuns) {
  RecordFile screen = Screen({1000, 1000});
  screen.runs.push_back(screen.runs[1]);
  screen.runs[1].window.peak_bytes = 9000;
  Thresholds thresholds;
  thresholds.peak_budget_bytes = 8000;
  const auto findings = DiagnoseScreen(screen, SomeContext(), thresholds);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::kBudgetExceeded);
  EXPECT_EQ(findings[0].title, "peak over budget: 8.8 KiB of 7.8 KiB allowed");
}

TEST(DiagnoseScreen, DoesNotJudgeWhatWasNotMeasured) {
  RecordFile screen = Screen({1000, 100 << 20, 100 << 20, 1000});
  screen.runs[1].window.measured = 0;
  screen.runs[2].finished = false;
  EXPECT_TRUE(DiagnoseScreen(screen, SomeContext(), Thresholds{}).empty());
  EXPECT_TRUE(DiagnoseScreen(RecordFile{}, SomeContext(), Thresholds{}).empty());
}

}  // namespace
}  // namespace memprof
