// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/memory_growth.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/diagnose/diagnosed.h"

namespace memprof {
namespace {

TEST(Diagnose, GrowthThatIsReferencedIsGrowth) {
  TestEvidence evidence = GrowingEvidence(192, 1040, 10);
  Confirm({},
          {Growing(CallStack("Index", "b.cc", 12), 100, 0.1),
           Growing(CallStack("Remember", "cache.cc", 88), 900, 0.9)},
          &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.pattern, Pattern::kUnknown);
  EXPECT_EQ(finding.title, "memory grows: +1000 B per run, no bound seen in 192 runs");
  EXPECT_EQ(finding.location.function, "Remember");
  EXPECT_EQ(finding.location.line, 88);
  EXPECT_EQ(finding.impact.bytes_per_iteration, 1000);
  EXPECT_FALSE(finding.fix);
  EXPECT_TRUE(
      Contains(EvidenceText(finding, "lsan"), "nothing unreachable: something still refers to it"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "massif"), "+900 B per run (requested bytes)"));
  EXPECT_TRUE(
      Contains(EvidenceText(finding, "massif"), "also rises: Index src/b.cc:12, +100 B per run"));
  ASSERT_TRUE(finding.growth);
  EXPECT_EQ(finding.growth->series.front(), 0);
  EXPECT_EQ(finding.growth->series.size(), 192u);
}

TEST(Diagnose, ListsAtMostFiveOtherGrowingPlaces) {
  TestEvidence evidence = GrowingEvidence(48, 1000, 8);
  std::vector<GrowingSite> sites;
  for (int i = 0; i < 8; ++i) {
    sites.push_back(Growing(CallStack("F" + std::to_string(i), "f.cc", i + 1), 100 - i));
  }
  Confirm({}, sites, &evidence);
  const std::string text = EvidenceText(OnlyFinding(evidence), "massif");
  EXPECT_TRUE(Contains(text, "F5 src/f.cc:6"));
  EXPECT_FALSE(Contains(text, "F6"));
  EXPECT_TRUE(Contains(text, "+2 more sites"));
}

TEST(Diagnose, GrowthThatWasFollowedShortlyIsAWarning) {
  TestEvidence evidence = GrowingEvidence(24, 64, 1);
  evidence.triage.ended_early = "the growth budget of 30 s";
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.title,
            "memory grows: +64 B per run; followed for only 24 runs (the growth budget of 30 s)");
}

TEST(Diagnose, GrowthWithoutToolsSaysWhatIsUnknown) {
  TestEvidence evidence = GrowingEvidence(48, 64, 1);
  evidence.confirm.wanted = {true, true};
  evidence.confirm.lost = Measured<std::vector<LostSite>>::Not("ptrace is not permitted here");
  evidence.confirm.growing = Measured<std::vector<GrowingSite>>::Not("valgrind is not installed");
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 1u);
  const Finding& finding = diagnosis.findings.front();
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.line, 45);
  EXPECT_EQ(finding.location.function, "Cache.Lookup");
  EXPECT_EQ(finding.impact.bytes_per_iteration, 64);
  EXPECT_TRUE(Contains(finding.cause, "valgrind is not installed"));
  EXPECT_TRUE(
      Contains(EvidenceText(finding, "lsan"), "not measured: ptrace is not permitted here"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "listener"), "sizes are the allocator's"));
  ASSERT_EQ(diagnosis.not_measured.size(), 2u);
  EXPECT_EQ(diagnosis.not_measured[0].tool, "lsan");
  EXPECT_EQ(diagnosis.not_measured[0].test, "Cache.Lookup");
  EXPECT_EQ(diagnosis.not_measured[1].tool, "massif");
}

TEST(Diagnose, LossAndGrowthSideBySideAreTwoFindings) {
  TestEvidence evidence = GrowingEvidence(48, 1064, 3);
  const Stack lost = CallStack("CopyName", "name.cc", 42);
  Confirm({Lost(lost, 33, 1)},
          {Growing(lost, 33), Growing(CallStack("Remember", "cache.cc", 88), 1000)}, &evidence);
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].location.line, 42);
  EXPECT_FALSE(diagnosis.findings[0].growth);
  EXPECT_EQ(diagnosis.findings[1].location.line, 88);
  EXPECT_EQ(diagnosis.findings[1].impact.bytes_per_iteration, 1000);
}

// Stale words hide blocks from LeakSanitizer, so the sums differ; the calls are the same.
TEST(Diagnose, GrowthAtTheLinesThatAreLostAloneIsTheLoss) {
  TestEvidence evidence = GrowingEvidence(48, 400, 4);
  const Stack lost = SharedStack("MakeNode", "graph.cc", 3);
  Confirm({Lost(lost, 80, 1, false)}, {Growing(lost, 160), Growing(LibraryStack(), 8)}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  ASSERT_TRUE(finding.growth);
  EXPECT_FALSE(Contains(EvidenceText(finding, "massif"), "no call rises"));
}

TEST(Diagnose, LossOfOneRunAtTheLineThatGrowsIsToldWithTheGrowth) {
  TestEvidence evidence = GrowingEvidence(48, 400, 4);
  const Stack stack = CallStack("Remember", "cache.cc", 88);
  Confirm({LostOnce(stack, 60, 2)}, {Growing(stack, 30)}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(EvidenceText(finding, "lsan"),
            "60 B in 2 blocks unreachable after 9 runs; something still refers to the rest\n");
  // At another line it has a finding of its own, and that is said.
  Confirm({LostOnce(CallStack("Remember", "cache.cc", 90), 60, 2)}, {Growing(stack, 30)},
          &evidence);
  const Diagnosis apart = Diagnose(evidence);
  ASSERT_EQ(apart.findings.size(), 2u);
  EXPECT_TRUE(Contains(EvidenceText(apart.findings[1], "lsan"), "it has findings of its own"));
}

TEST(Diagnose, GrowthThatALaterTestGivesBackDependsOnTheOrder) {
  TestEvidence evidence = GrowingEvidence(192, 1040, 10);
  Confirm({}, {Growing(CallStack("Remember", "cache.cc", 88), 1000)}, &evidence);
  evidence.given_back_by = "Dep.C";
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.title,
            "memory grows when run alone: +1000 B per run; in the whole suite Dep.C gives it back");
  EXPECT_TRUE(Contains(EvidenceText(finding, "listener"), "Dep.C gave back about as much"));
  EXPECT_TRUE(Contains(finding.cause, "order"));
  // Alone, each run may drop what the other test frees, so a loss depends on the order as well.
  Confirm({Lost(CallStack("CopyName", "name.cc", 42), 1024, 10)}, {}, &evidence);
  EXPECT_EQ(OnlyFinding(evidence).severity, Severity::kWarning);
}

TEST(Diagnose, LossOfAllTheBytesExplainsTheGrowth) {
  TestEvidence evidence = GrowingEvidence(48, 40, 3);
  Confirm({Lost(CallStack("CopyName", "name.cc", 42), 33, 1)}, {}, &evidence);
  EXPECT_EQ(OnlyFinding(evidence).kind, FindingKind::kMemoryLeak);
}

TEST(Diagnose, LossDoesNotExplainAContainerThatDoublesBesideIt) {
  TestEvidence evidence = GrowingEvidence(48, 24, 1);
  auto& live = evidence.triage.series;
  ProcessSeries series = *live;
  std::vector<std::int64_t>& bytes = series.quantities[0].values;
  std::int64_t capacity = 1;
  for (std::size_t run = 0; run < bytes.size(); ++run) {
    while (capacity < static_cast<std::int64_t>(run) + 1) capacity *= 2;
    bytes[run] += 64 * capacity;
  }
  live = series;
  Confirm({Lost(CallStack("CopyName", "name.cc", 42), 1, 1)}, {}, &evidence);
  EXPECT_EQ(Diagnose(evidence).findings.size(), 2u);
}

TEST(Diagnose, GrowthOfAnEnvironmentIsTheProgramsAndTheTestKeepsItsOwn) {
  TestEvidence evidence = GrowingEvidence(48, 400, 2);
  const Stack environment = {
      {"LeakyEnvironment::SetUp()", "/src/tests/environment.cc", 9, ""},
      {"testing::internal::SetUpEnvironment(testing::Environment*)", "/usr/src/gtest.cc", 1, ""},
      {"main", "/src/tests/main.cc", 20, ""}};
  Confirm({}, {Growing(environment, 332), Growing(CallStack("Load", "a.cc", 3), 32)}, &evidence);
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].tests, std::vector<std::string>{"Cache.Lookup"});
  EXPECT_EQ(diagnosis.findings[0].impact.bytes_per_iteration, 32);
  EXPECT_TRUE(diagnosis.findings[1].tests.empty());
  EXPECT_EQ(diagnosis.findings[1].scope_label, "program (a testing::Environment)");
  EXPECT_EQ(diagnosis.findings[1].location.line, 9);
}

}  // namespace
}  // namespace memprof
