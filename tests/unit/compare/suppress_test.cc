// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "runner/compare/suppressions.h"
#include "tests/unit/compare/sample_leaks.h"

namespace memprof {
namespace {

constexpr const char* kToday = "2026-11-20";

Report Suppressed(const std::string& file, Report report, bool partial = false) {
  Result<std::vector<Suppression>> parsed = ParseSuppressions(file, "leaks.supp");
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  if (parsed) Suppress(*parsed, kToday, &report, partial);
  return report;
}

Finding Rich() {
  Finding finding = LeakFinding({.function = "app::Load"});
  finding.fingerprint = "510a3cc3dda57747";
  finding.stack.insert(finding.stack.begin(), {"g_malloc", "", 0, "/usr/lib/libglib-2.0.so.0"});
  finding.held_by = HeldBy{"app::state.sessions", "", "", 0};
  return finding;
}

Report RichReport() {
  Report report = ReportOf({}, {"A.One"});
  report.findings = {Rich()};
  return report;
}

struct Row {
  const char* line;
  bool takes_out;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.line; }

class SuppressedBy : public testing::TestWithParam<Row> {};

TEST_P(SuppressedBy, WhatItNames) {
  const Report report = Suppressed(GetParam().line, RichReport());
  EXPECT_EQ(report.findings.empty(), GetParam().takes_out);
  EXPECT_EQ(report.summary.suppressed, GetParam().takes_out ? 1 : 0);
  ASSERT_EQ(report.suppressions.size(), 1u);
  EXPECT_EQ(report.suppressions[0].findings, GetParam().takes_out ? 1 : 0);
  EXPECT_EQ(report.suppressions[0].stale, !GetParam().takes_out);
}

INSTANTIATE_TEST_SUITE_P(Compare, SuppressedBy,
                         testing::Values(Row{"leak:app::Load", true}, Row{"leak:TestBody", true},
                                         Row{"leak:src/app.cc", true}, Row{"leak:libglib", true},
                                         Row{"leak:app::state.sessions", true},
                                         Row{"leak:510a3cc3", true}, Row{"leak:510a", false},
                                         Row{"leak:a3cc3dda5", false},
                                         Row{"leak:app::Load(int, char const*)", true},
                                         Row{"leak:^g_malloc$", true},
                                         Row{"leak:app::Store", false}, Row{"any:app::Load", true},
                                         Row{"fd:app::Load", false}, Row{"growth:app::Load", false},
                                         Row{"retention:app::Load", false}, Row{"leak:*", true}));

struct KindRow {
  FindingKind kind;
  const char* kinds;  ///< that cover it
};

TEST(Suppress, EachKindOfFindingHasItsKinds) {
  const std::vector<KindRow> rows = {
      {FindingKind::kMemoryLeak, "leak any"},
      {FindingKind::kMemoryGrowth, "leak growth any"},
      {FindingKind::kGaugeGrowth, "growth any"},
      {FindingKind::kFdLeak, "fd any"},
      {FindingKind::kThreadLeak, "thread any"},
      {FindingKind::kMappingLeak, "mapping any"},
      {FindingKind::kPeakSpike, "peak any"},
      {FindingKind::kBudgetExceeded, "peak any"},
      {FindingKind::kOneTimeRetention, "retention any"},
      {FindingKind::kOptimization, "optimization any"},
      {FindingKind::kStaticRisk, "any"},
  };
  for (const KindRow& row : rows) {
    Report report = RichReport();
    report.findings[0].kind = row.kind;
    std::string covering;
    for (const char* kind : {"leak", "growth", "fd", "thread", "mapping", "peak", "retention",
                             "optimization", "any"}) {
      if (!Suppressed(std::string(kind) + ":app::Load", report).findings.empty()) continue;
      covering += (covering.empty() ? "" : " ") + std::string(kind);
    }
    EXPECT_EQ(covering, row.kinds) << Name(row.kind);
  }
}

TEST(Suppress, WhatIsMoreThanAllowedStaysAndSaysSo) {
  const Report report = Suppressed("leak:app::Load max_bytes=8", RichReport());
  ASSERT_EQ(report.findings.size(), 1u);
  EXPECT_EQ(report.findings[0].evidence.back().source, "suppressions");
  EXPECT_EQ(report.findings[0].evidence.back().text,
            "leaks.supp:1 does not cover it: +16 B per run, allowed 8 B");
  EXPECT_EQ(report.suppressions[0].exceeded,
            std::vector<std::string>{"+16 B per run, allowed 8 B"});
  EXPECT_FALSE(report.suppressions[0].stale) << "it matched";
  EXPECT_TRUE(Suppressed("leak:app::Load max_bytes=16", RichReport()).findings.empty());
}

TEST(Suppress, CountsAreHeldToTheirMaximum) {
  Report report = RichReport();
  report.findings[0].kind = FindingKind::kFdLeak;
  report.findings[0].impact = {};
  report.findings[0].impact.count = 2;
  EXPECT_TRUE(Suppressed("fd:app::Load max_count=2", report).findings.empty());
  const Report more = Suppressed("fd:app::Load max_count=1", report);
  EXPECT_EQ(more.suppressions[0].exceeded,
            std::vector<std::string>{"+2 descriptors per run, allowed 1"});
}

TEST(Suppress, WhatWasNotMeasuredIsNotTakenForLittle) {
  Report report = RichReport();
  report.findings[0].impact = {};
  EXPECT_EQ(Suppressed("leak:app::Load max_bytes=1GiB", report).findings.size(), 1u);
  EXPECT_EQ(Suppressed("leak:app::Load max_count=99", report).findings.size(), 1u);
}

TEST(Suppress, TheFirstThatAllowsAsMuchCounts) {
  const Report report =
      Suppressed("leak:app::Load max_bytes=8\nleak:app::\nleak:Load", RichReport());
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(report.suppressions[0].findings, 0);
  EXPECT_TRUE(report.suppressions[0].exceeded.empty());
  EXPECT_EQ(report.suppressions[1].findings, 1);
  EXPECT_EQ(report.suppressions[2].findings, 0);
}

TEST(Suppress, OnItsDayItHasNoEffectAnyMore) {
  EXPECT_TRUE(Suppressed("leak:app::Load expires=2026-11-21", RichReport()).findings.empty());
  for (const char* day : {"2026-11-20", "2026-11-19", "2025-12-31"}) {
    const Report report = Suppressed(std::string("leak:app::Load expires=") + day, RichReport());
    EXPECT_EQ(report.findings.size(), 1u) << day;
    EXPECT_TRUE(report.suppressions[0].expired) << day;
    EXPECT_FALSE(report.suppressions[0].stale) << day;
  }
}

TEST(Suppress, IsStaleOnlyWhereAllTestsRan) {
  const std::string line = "leak:app::Gone";
  EXPECT_TRUE(Suppressed(line, RichReport()).suppressions[0].stale);
  EXPECT_FALSE(Suppressed(line, RichReport(), true).suppressions[0].stale) << "partial";
  Report crashed = RichReport();
  crashed.crash = "killed by SIGSEGV";
  EXPECT_FALSE(Suppressed(line, crashed).suppressions[0].stale);
  Report skipped = RichReport();
  skipped.tests[0].status = TestStatus::kSkipped;
  EXPECT_FALSE(Suppressed(line, skipped).suppressions[0].stale);
  Report without_lsan = RichReport();
  without_lsan.not_measured.push_back({"lsan", "A.One", "ptrace is not permitted"});
  EXPECT_FALSE(Suppressed(line, without_lsan).suppressions[0].stale);
}

TEST(Suppress, TheTestOfASuppressedFindingIsClean) {
  Report report = ReportOf({Rich()});
  ASSERT_EQ(report.tests[0].verdict, TestVerdict::kCritical);
  report = Suppressed("leak:app::Load", report);
  EXPECT_EQ(report.tests[0].verdict, TestVerdict::kClean);
  EXPECT_EQ(report.summary.critical, 0);
}

}  // namespace
}  // namespace memprof
