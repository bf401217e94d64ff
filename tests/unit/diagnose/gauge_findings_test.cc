// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/gauge_findings.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/report/headline.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

constexpr int kRuns = 12;

/// A gauge of a test's window that rises by `step` a run.
GaugeSeries Rises(const std::string& name, record::GaugeKind kind, std::int64_t step) {
  GaugeSeries gauge{name, kind, true, Rising(kRuns, step, step)};
  for (auto& kept : gauge.kept_by_scope) kept = Rising(kRuns, 0, 0);
  gauge.kept_by_scope[0] = gauge.values;
  return gauge;
}

TestEvidence With(std::vector<GaugeSeries> gauges, std::vector<TracedObjects> objects = {}) {
  ProcessSeries series = StillSeries(kRuns);
  series.gauges = std::move(gauges);
  TestEvidence evidence = EvidenceOf(std::move(series));
  Trace({}, {}, &evidence);
  evidence.triage.objects = std::move(objects);
  return evidence;
}

std::vector<Finding> FindingsOf(const TestEvidence& evidence) {
  return GaugeFindings(evidence, SomeContext(), Thresholds{});
}

TEST(GaugeFindings, AGaugeThatRisesIsCriticalWithoutAUnit) {
  const std::vector<Finding> findings =
      FindingsOf(With({Rises("gpu bytes", record::kReadGauge, 4096)}));
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::kGaugeGrowth);
  EXPECT_EQ(findings[0].severity, Severity::kCritical);
  EXPECT_EQ(findings[0].title, "gauge 'gpu bytes' grows by 4,096 a run");
  EXPECT_EQ(findings[0].impact.count, 4096);
  EXPECT_FALSE(findings[0].impact.bytes_per_iteration.has_value());
  EXPECT_EQ(findings[0].location.line, 45);
  EXPECT_EQ(findings[0].tests, std::vector<std::string>{"Cache.Lookup"});
}

TEST(GaugeFindings, APlateauIsNone) {
  GaugeSeries gauge = Rises("gpu bytes", record::kReadGauge, 0);
  gauge.values = {0, 5, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
  EXPECT_TRUE(FindingsOf(With({gauge})).empty());
}

TEST(GaugeFindings, GaugesThatDifferByADigitAreTwoFindings) {
  const std::vector<Finding> findings = FindingsOf(
      With({Rises("gpu 0", record::kReadGauge, 1), Rises("gpu 1", record::kReadGauge, 1)}));
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_NE(findings[0].fingerprint, findings[1].fingerprint);
}

TEST(GaugeFindings, WhatWasNotMeasuredIsAGapAndNoFinding) {
  GaugeSeries gauge = Rises("gpu bytes", record::kReadGauge, 4096);
  gauge.measured = false;
  EXPECT_TRUE(FindingsOf(With({gauge})).empty());
  const std::vector<NotMeasured> gaps = GaugeGaps(With({gauge}));
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].tool, "gauge");
  EXPECT_EQ(gaps[0].test, "Cache.Lookup");
}

GaugeSeries Databases(std::int64_t step) {
  GaugeSeries gauge = Rises("sqlite3 database", record::kPairGauge, step);
  gauge.acquires = {"sqlite3_open"};
  gauge.releases = {"sqlite3_close", "sqlite3_close_v2"};
  return gauge;
}

TracedObjects OpenedAt(int line, std::int64_t step) {
  return {"sqlite3 database", CallStack("Store::Open", "store.cc", line),
          Rising(kRuns, step, step)};
}

TEST(GaugeFindings, AnObjectIsToldWhereItIsAcquiredAndWithWhatReleasesIt) {
  const std::vector<Finding> findings = FindingsOf(With({Databases(1)}, {OpenedAt(12, 1)}));
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.kind, FindingKind::kGaugeGrowth);
  EXPECT_EQ(finding.pattern, Pattern::kObjectNotReleased);
  EXPECT_EQ(Headline(finding), "object not released: +1 sqlite3 database per run");
  EXPECT_EQ(finding.location.file, "src/store.cc");
  EXPECT_EQ(finding.location.line, 12);
  EXPECT_NE(finding.cause.find("`sqlite3_close` or `sqlite3_close_v2`"), std::string::npos);
  ASSERT_TRUE(finding.fix.has_value());
  EXPECT_NE(finding.fix->snippet.find("decltype(&sqlite3_close)"), std::string::npos);
}

TEST(GaugeFindings, TwoLinesAreTwoFindingsAndWhatHasNoStackAThird) {
  const std::vector<Finding> two =
      FindingsOf(With({Databases(3)}, {OpenedAt(12, 1), OpenedAt(30, 2)}));
  EXPECT_EQ(two.size(), 2u);
  const std::vector<Finding> three =
      FindingsOf(With({Databases(5)}, {OpenedAt(12, 1), OpenedAt(30, 2)}));
  ASSERT_EQ(three.size(), 3u);
  EXPECT_TRUE(three[2].stack.empty());
}

TEST(GaugeFindings, OneThatIsReleasedIsNone) {
  GaugeSeries gauge = Databases(0);
  TracedObjects once = OpenedAt(12, 0);
  once.values = Rising(kRuns, 1, 0);
  EXPECT_TRUE(FindingsOf(With({gauge}, {once})).empty());
}

TEST(GaugeFindings, MemoryOfTheLineIsToldWithTheObject) {
  TestEvidence evidence = With({Databases(1)}, {OpenedAt(12, 1)});
  ProcessSeries series = *evidence.triage.series;
  Raise(Quantity::kBytes, 512, &series);
  evidence.triage.series = series;
  evidence.triage.sites = {
      TracedGrowing(Unwound(CallStack("Store::Open", "store.cc", 12)), kRuns, 512, 1)};
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, SomeContext(), Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 1u) << "one bug, one finding";
  bool is_told = false;
  for (const Evidence& each : diagnosis.findings[0].evidence) {
    is_told = is_told || each.text.find("+512 B per run of memory") != std::string::npos;
  }
  EXPECT_TRUE(is_told);
}

}  // namespace
}  // namespace memprof
