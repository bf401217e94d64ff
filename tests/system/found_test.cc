// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// A program that leaks a little, and what must be said of it.
struct FoundCase {
  const char* program;
  FindingKind kind;
  const char* growth_class;  ///< empty: any
};

class Found : public testing::TestWithParam<FoundCase> {};

TEST_P(Found, IsCriticalWithItsTestLinkedOrNot) {
  const FoundCase& expected = GetParam();
  const MemprofRun run = RunMemprof(ProgramPath(expected.program));
  ASSERT_TRUE(run.has_report) << run.output;
  const auto critical = run.Findings(Severity::kWarning);
  bool found = false;
  for (const Finding* finding : critical) {
    if (finding->kind != expected.kind) continue;
    found = true;
    EXPECT_EQ(finding->severity, Severity::kCritical);
    ASSERT_EQ(finding->tests.size(), 1u);
    EXPECT_EQ(finding->tests[0], run.report.tests[0].FullName());
    EXPECT_EQ(finding->location.file, std::string("tests/programs/") + expected.program + ".cc");
    EXPECT_GT(finding->location.line, 0);
    if (expected.growth_class[0] != '\0') {
      ASSERT_TRUE(finding->growth.has_value());
      EXPECT_EQ(finding->growth->growth_class, expected.growth_class);
    }
  }
  EXPECT_TRUE(found) << Describe(run);
  EXPECT_EQ(run.exit_code, 1) << Describe(run);
  const MemprofRun plain = RunMemprof(PlainPath(expected.program));
  EXPECT_EQ(Comparable(plain), Comparable(run)) << Describe(plain);
}

INSTANTIATE_TEST_SUITE_P(
    Program, Found,
    testing::Values(FoundCase{"found_vector_stepwise", FindingKind::kMemoryGrowth, "stepwise"},
                    FoundCase{"found_two_vectors", FindingKind::kMemoryGrowth, "stepwise"},
                    FoundCase{"found_vector_of_strings", FindingKind::kMemoryGrowth, "linear"},
                    FoundCase{"found_rests_every_fourth", FindingKind::kMemoryGrowth, ""},
                    FoundCase{"found_one_byte", FindingKind::kMemoryLeak, ""},
                    FoundCase{"found_every_third", FindingKind::kMemoryLeak, ""},
                    FoundCase{"found_shared_ptr_cycle", FindingKind::kMemoryLeak, ""},
                    FoundCase{"found_two_fds_same_file", FindingKind::kFdLeak, "linear"},
                    FoundCase{"found_one_epoll_more", FindingKind::kFdLeak, "linear"},
                    FoundCase{"found_thread_kept", FindingKind::kThreadLeak, "linear"},
                    FoundCase{"found_mapping_kept", FindingKind::kMappingLeak, "linear"}),
    [](const auto& row) { return std::string(row.param.program); });

TEST(FoundOutsideTests, SetUpTestSuiteIsNamedAndNoTest) {
  const MemprofRun run = RunMemprof(ProgramPath("suite_setup_leak"));
  const auto findings = run.Findings(Severity::kWarning);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->kind, FindingKind::kMemoryLeak);
  EXPECT_TRUE(findings[0]->tests.empty());
  EXPECT_NE(findings[0]->scope_label.find("LeakySuite"), std::string::npos);
  for (const TestReport& test : run.report.tests) EXPECT_EQ(test.verdict, TestVerdict::kClean);
  EXPECT_EQ(run.exit_code, 1);
}

TEST(FoundOutsideTests, AnEnvironmentIsNamedAndNoTest) {
  const MemprofRun run = RunMemprof(ProgramPath("environment_leak"));
  const auto findings = run.Findings(Severity::kWarning);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->kind, FindingKind::kMemoryGrowth);
  EXPECT_TRUE(findings[0]->tests.empty());
  EXPECT_NE(findings[0]->scope_label.find("rogram"), std::string::npos);
  EXPECT_EQ(run.exit_code, 1);
}

TEST(FoundOnce, APeakIsAWarningAndABudgetIsCritical) {
  const MemprofRun spike = RunMemprof(ProgramPath("peak_spike"));
  ASSERT_EQ(spike.Findings(Severity::kWarning).size(), 1u) << Describe(spike);
  EXPECT_EQ(spike.Findings(Severity::kWarning)[0]->kind, FindingKind::kPeakSpike);
  EXPECT_EQ(spike.exit_code, 0);
  const MemprofRun budget = RunMemprof(ProgramPath("peak_spike"), {"--peak-budget", "64MiB"});
  ASSERT_EQ(budget.Findings(Severity::kCritical).size(), 1u) << Describe(budget);
  EXPECT_EQ(budget.Findings(Severity::kCritical)[0]->kind, FindingKind::kBudgetExceeded);
  EXPECT_EQ(budget.exit_code, 1);
}

TEST(FoundOnce, TwoMebibytesKeptOnceAreAWarning) {
  const MemprofRun run = RunMemprof(ProgramPath("one_time_retention"));
  const auto findings = run.Findings(Severity::kWarning);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->severity, Severity::kWarning);
  EXPECT_EQ(findings[0]->kind, FindingKind::kOneTimeRetention);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(RunMemprof(ProgramPath("one_time_retention"), {"--fail-on", "warning"}).exit_code, 1);
}

// Alone and repeated, the first test looks like a leak; in the suite nothing is kept.
TEST(FoundOnce, WhatTheNextTestClosesIsNotCritical) {
  const MemprofRun run = RunMemprof(ProgramPath("order_dependent"));
  const auto findings = run.Findings(Severity::kOptimization);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->severity, Severity::kWarning);
  EXPECT_NE(Describe(run).find("Order.ClosesTheSession"), std::string::npos);
  EXPECT_EQ(run.exit_code, 0);
}

}  // namespace
}  // namespace memprof
