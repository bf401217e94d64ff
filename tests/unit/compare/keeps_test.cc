// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/compare/policy.h"
#include "tests/unit/compare/sample_leaks.h"

namespace memprof {
namespace {

/// A.One leaks `bytes` a run, and declares to keep `declared`.
Report Leaking(std::int64_t bytes, std::int64_t declared,
               FindingKind kind = FindingKind::kMemoryLeak) {
  Report report = ReportOf({}, {"A.One", "A.Two"});
  Finding finding = LeakFinding({.function = "app::Load"});
  finding.kind = kind;
  finding.severity = Severity::kCritical;
  finding.tests = {"A.One"};
  finding.impact = {};
  finding.impact.bytes_per_iteration = bytes;
  report.findings = {finding};
  if (declared >= 0) report.tests[0].keeps = {{"tests/a.cc", 12, declared, "the log stays open"}};
  return report;
}

Report Applied(Report report) {
  Policy policy;
  policy.today = "2026-11-20";
  ApplyPolicy(policy, &report);
  return report;
}

TEST(Keeps, TakesOutWhatItsTestDeclares) {
  const Report report = Applied(Leaking(100, 100));
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.summary.suppressed, 1);
  ASSERT_EQ(report.suppressions.size(), 1u);
  EXPECT_EQ(report.suppressions[0].file, "tests/a.cc");
  EXPECT_EQ(report.suppressions[0].line, 12);
  EXPECT_EQ(report.suppressions[0].reason, "the log stays open");
  EXPECT_EQ(report.suppressions[0].text, "A.One keeps 100 B on purpose");
  EXPECT_FALSE(report.suppressions[0].stale);
}

TEST(Keeps, MoreThanDeclaredStaysCriticalAndSaysWhatWasDeclared) {
  const Report report = Applied(Leaking(101, 100));
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].severity, Severity::kCritical);
  EXPECT_EQ(report.findings[0].evidence.back().text,
            "what tests/a.cc:12 declares (the log stays open) does not cover it: +101 B per run, "
            "declared 100 B");
  EXPECT_EQ(report.suppressions[0].exceeded.size(), 1u);
}

TEST(Keeps, AllFindingsOfATestShareWhatItDeclares) {
  Report report = Leaking(60, 100);
  report.findings.push_back(report.findings[0]);
  report.findings[1].impact.bytes_per_iteration = 41;
  const Report left = Applied(report);
  ASSERT_EQ(left.findings.size(), 1u);
  EXPECT_EQ(left.findings[0].impact.bytes_per_iteration, 41);
  EXPECT_NE(left.findings[0].evidence.back().text.find("of which 60 B is used up"),
            std::string::npos);
}

TEST(Keeps, SeveralOfOneTestAddUp) {
  Report report = Leaking(100, 60);
  report.tests[0].keeps.push_back({"tests/a.cc", 13, 40, "and a lock"});
  const Report left = Applied(report);
  EXPECT_TRUE(left.findings.empty());
  EXPECT_EQ(left.suppressions[0].reason, "the log stays open; and a lock");
}

TEST(Keeps, OfAFindingOfTwoTestsBothMustDeclareIt) {
  Report report = Leaking(100, 100);
  report.findings[0].tests = {"A.One", "A.Two"};
  EXPECT_EQ(Applied(report).findings.size(), 1u);
  report.tests[1].keeps = {{"tests/a.cc", 30, 100, "the same log"}};
  EXPECT_TRUE(Applied(report).findings.empty());
}

TEST(Keeps, IsForMemoryAlone) {
  for (const FindingKind kind : {FindingKind::kMemoryGrowth, FindingKind::kOneTimeRetention}) {
    EXPECT_TRUE(Applied(Leaking(1, 100, kind)).findings.empty()) << Name(kind);
  }
  for (const FindingKind kind : {FindingKind::kFdLeak, FindingKind::kGaugeGrowth,
                                 FindingKind::kBudgetExceeded, FindingKind::kMappingLeak}) {
    EXPECT_EQ(Applied(Leaking(1, 100, kind)).findings.size(), 1u) << Name(kind);
  }
}

TEST(Keeps, OneThatIsNeverNeededIsStale) {
  Report report = Leaking(1, 100);
  report.findings.clear();
  const Report left = Applied(report);
  ASSERT_EQ(left.suppressions.size(), 1u);
  EXPECT_TRUE(left.suppressions[0].stale);
  Policy partial;
  partial.today = "2026-11-20";
  partial.partial = true;
  ApplyPolicy(partial, &report);
  EXPECT_FALSE(report.suppressions[0].stale);
}

TEST(Keeps, AreToldOnceWhenAReportIsMadeOfReports) {
  Report report = Applied(Leaking(100, 100));
  EXPECT_EQ(Applied(report).suppressions.size(), 1u);
}

}  // namespace
}  // namespace memprof
