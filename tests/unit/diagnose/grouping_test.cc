// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/diagnose.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

/// The finding of a test in which `function` at `line` loses `bytes` a run.
Finding LossIn(const std::string& test, const std::string& function, int line, std::int64_t bytes) {
  TestEvidence evidence = EvidenceOf(StillSeries(12));
  evidence.test.name = test;
  Confirm({Lost(CallStack(function, "a.cc", line, "Cache_" + test + "_Test"), bytes, 1)}, {},
          &evidence);
  return DiagnoseSuspect(evidence, SomeContext(), Thresholds{}).findings.at(0);
}

Finding DescriptorsOf(const std::string& test) {
  ProcessSeries series = StillSeries(12);
  Raise(Quantity::kDescriptors, 1, &series);
  series.descriptors = {{"/tmp/app.conf", Rising(12, 1, 1)}};
  TestEvidence evidence = EvidenceOf(series);
  evidence.test.name = test;
  return DiagnoseSuspect(evidence, SomeContext(), Thresholds{}).findings.at(0);
}

/// What a report shows of findings, one line each.
std::vector<std::string> Shown(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    std::string line = finding.fingerprint + " " + Name(finding.severity) + " " + finding.title +
                       " " + finding.location.file + ":" + std::to_string(finding.location.line) +
                       " " + std::to_string(finding.impact.bytes_per_iteration.value_or(-1)) + " " +
                       finding.rerun;
    for (const std::string& test : finding.tests) line += " " + test;
    lines.push_back(line);
  }
  return lines;
}

TEST(Grouping, OneBugUnderManyTestsIsOneFindingWorstTestFirst) {
  const auto grouped = GroupFindings(
      {LossIn("Few", "Load", 3, 10), LossIn("Most", "Load", 3, 90), LossIn("Some", "Load", 3, 50)});
  ASSERT_EQ(grouped.size(), 1u);
  EXPECT_EQ(grouped[0].tests, (std::vector<std::string>{"Cache.Most", "Cache.Some", "Cache.Few"}));
  EXPECT_EQ(grouped[0].impact.bytes_per_iteration, 90);
  EXPECT_EQ(grouped[0].title, "lost memory: +90 B in 1 block per run");
}

// The evidence on a suite has its trace; that on its tests tells the same loss without.
TEST(Grouping, BestProvenIsKept) {
  Finding proven = LossIn("B", "Load", 3, 90);
  proven.evidence.insert(proven.evidence.begin(), {"trace", "+90 B in 1 block per run"});
  for (const auto& findings : {std::vector<Finding>{LossIn("A", "Load", 3, 90), proven},
                               std::vector<Finding>{proven, LossIn("A", "Load", 3, 90)}}) {
    const auto grouped = GroupFindings(findings);
    ASSERT_EQ(grouped.size(), 1u);
    EXPECT_EQ(grouped[0].evidence[0].source, "trace");
  }
}

TEST(Grouping, WorstSeverityIsKept) {
  Finding warning = LossIn("A", "Load", 3, 90);
  warning.severity = Severity::kWarning;
  const auto grouped = GroupFindings({warning, LossIn("B", "Load", 3, 10)});
  ASSERT_EQ(grouped.size(), 1u);
  EXPECT_EQ(grouped[0].severity, Severity::kCritical);
  EXPECT_EQ(grouped[0].impact.bytes_per_iteration, 90);
}

// A loss that one run showed, and growth of another test at the same line: what is said, and the
// figures, are those of the growth.
TEST(Grouping, FindingsOfTwoKindsAreToldAsTheWorst) {
  Finding warning = LossIn("A", "Load", 3, 90);
  warning.severity = Severity::kWarning;
  Finding growth = LossIn("B", "Load", 3, 10);
  growth.kind = FindingKind::kMemoryGrowth;
  growth.cause = "it grows";
  const auto grouped = GroupFindings({warning, growth});
  ASSERT_EQ(grouped.size(), 1u);
  EXPECT_EQ(grouped[0].kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(grouped[0].cause, "it grows");
  EXPECT_EQ(grouped[0].evidence.size(), growth.evidence.size());
  EXPECT_EQ(grouped[0].impact.bytes_per_iteration, 10);
  EXPECT_EQ(grouped[0].tests, (std::vector<std::string>{"Cache.B", "Cache.A"}));
}

TEST(Grouping, SitesInOneFunctionGetOrdinalsByLine) {
  const Finding first = LossIn("A", "Load", 3, 10);
  const Finding second = LossIn("A", "Load", 8, 90);
  EXPECT_EQ(first.fingerprint, second.fingerprint);
  const auto grouped = GroupFindings({second, first});
  ASSERT_EQ(grouped.size(), 2u);
  EXPECT_EQ(grouped[0].location.line, 8);
  EXPECT_EQ(grouped[1].location.line, 3);
  EXPECT_EQ(grouped[1].fingerprint, first.fingerprint);
  EXPECT_NE(grouped[0].fingerprint, first.fingerprint);
  // Both move down: the same two.
  const auto moved = GroupFindings({LossIn("A", "Load", 103, 10), LossIn("A", "Load", 108, 90)});
  EXPECT_EQ(moved[0].fingerprint, grouped[0].fingerprint);
  EXPECT_EQ(moved[1].fingerprint, grouped[1].fingerprint);
}

TEST(Grouping, FindingsOfDifferentTestsWithoutAStackStayApart) {
  EXPECT_EQ(GroupFindings({DescriptorsOf("A"), DescriptorsOf("B")}).size(), 2u);
}

TEST(Grouping, OrderIsSeverityThenLostThenResourcesThenGrowthThenBytes) {
  Finding growth = LossIn("A", "Grow", 1, 99);
  growth.kind = FindingKind::kMemoryGrowth;
  Finding warning = LossIn("A", "Warn", 1, 999);
  warning.severity = Severity::kWarning;
  const auto grouped = GroupFindings({warning, DescriptorsOf("A"), growth,
                                      LossIn("A", "Small", 1, 5), LossIn("A", "Large", 1, 6)});
  std::vector<std::string> functions;
  for (const Finding& finding : grouped) functions.push_back(finding.location.function);
  EXPECT_EQ(functions, (std::vector<std::string>{"Large", "Small", "Cache.A", "Grow", "Warn"}));
}

std::vector<Finding> ManyFindings() {
  std::vector<Finding> findings;
  for (const char* test : {"A", "B", "C"}) {
    for (const int line : {3, 8, 21}) {
      findings.push_back(LossIn(test, "Load", line, line * 2));
      findings.push_back(LossIn(test, "Save", line, 40));
    }
    findings.push_back(DescriptorsOf(test));
  }
  return findings;
}

TEST(Grouping, DoesNotDependOnTheOrderOfFindings) {
  std::vector<Finding> findings = ManyFindings();
  const std::vector<std::string> expected = Shown(GroupFindings(findings));
  EXPECT_EQ(expected.size(), 9u);
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::shuffle(findings.begin(), findings.end(), random);
    ASSERT_EQ(Shown(GroupFindings(findings)), expected);
  }
}

TEST(Grouping, GroupedAgainIsTheSame) {
  const std::vector<Finding> once = GroupFindings(ManyFindings());
  EXPECT_EQ(Shown(GroupFindings(once)), Shown(once));
}

TEST(Grouping, PartsMayBeGroupedBeforeTheWhole) {
  const std::vector<Finding> all = ManyFindings();
  const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::vector<Finding> parts = GroupFindings({half, all.end()});
  for (const Finding& finding : GroupFindings({all.begin(), half})) parts.push_back(finding);
  std::set<std::string> apart;
  for (const Finding& finding : GroupFindings(parts)) apart.insert(finding.fingerprint);
  std::set<std::string> together;
  for (const Finding& finding : GroupFindings(all)) together.insert(finding.fingerprint);
  EXPECT_EQ(apart, together);
}

TEST(Grouping, FingerprintsAreUnique) {
  std::set<std::string> seen;
  for (const Finding& finding : GroupFindings(ManyFindings())) {
    EXPECT_TRUE(seen.insert(finding.fingerprint).second);
  }
}

}  // namespace
}  // namespace memprof
