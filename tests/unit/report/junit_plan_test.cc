// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/junit_plan.h"

#include <gtest/gtest.h>

#include <string>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

TEST(JunitPlan, WorstComeFirstAndTheRestIsCounted) {
  const Report report = ManyFindings(500, 3000);
  const JunitPlan plan = PlanJunit(report);
  std::size_t in = 0, failing = 0, failing_left_out = 0, left_out = 0;
  for (const auto& [test, findings] : plan.of_test) {
    in += findings.size();
    for (const Finding* finding : findings) failing += FailsInJunit(*finding);
  }
  for (const auto& [test, some] : plan.left_out_of_test) {
    failing_left_out += static_cast<std::size_t>(some.failing);
    left_out += static_cast<std::size_t>(some.failing + some.others);
  }
  EXPECT_EQ(in, 5000u);
  EXPECT_EQ(left_out, plan.cases_left_out);
  EXPECT_GT(left_out, 0u);
  if (failing_left_out > 0) {
    EXPECT_EQ(failing, in);
  }
}

TEST(JunitPlan, FewFindingsAreAllIn) {
  const JunitPlan plan = PlanJunit(SampleReport());
  EXPECT_EQ(plan.cases_left_out, 0u);
  EXPECT_EQ(plan.of_no_test.size(), 1u);
  EXPECT_TRUE(plan.left_out_of_test.empty());
}

TEST(JunitPlan, TextIsCutAtALineAndSaysSo) {
  EXPECT_EQ(CutJunitText("one\ntwo\n", 100), "one\ntwo\n");
  EXPECT_EQ(CutJunitText("one\ntwo\nthree\n", 9),
            "one\ntwo\n… cut here: 7 B more are in report.txt\n");
  // Within "é" otherwise.
  EXPECT_EQ(CutJunitText("caf\xc3\xa9!", 4), "caf\n… cut here: 3 B more are in report.txt\n");
}

TEST(JunitPlan, TestWhoseFindingsAreLeftOutStillFails) {
  Report report = CleanReport();
  Finding finding;
  finding.severity = Severity::kCritical;
  finding.location.file = "src/ring.cpp";
  for (int i = 0; i < 5001; ++i) {
    finding.fingerprint = std::to_string(1'000'000 + i) + "000000000";
    finding.location.line = i + 1;
    finding.tests = {i < 5000 ? "Ring.Wraps" : "Ring.Moves"};
    report.findings.push_back(finding);
  }
  const std::string text = RenderJunit(report, {});
  EXPECT_NE(text.find("<testcase name=\"Moves [left out]\""), std::string::npos);
  EXPECT_NE(text.find("failures=\"5001\""), std::string::npos);
  EXPECT_NE(text.find("1 pair of a test and a finding"), std::string::npos);
}

}  // namespace
}  // namespace memprof
