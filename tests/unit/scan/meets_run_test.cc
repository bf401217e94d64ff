// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/meets_run.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/scan/risk_findings.h"

namespace memprof::scan {
namespace {

StaticRisk Risk(Pattern pattern, const std::string& subject, int line,
                const std::string& function = "") {
  StaticRisk risk;
  risk.pattern = pattern;
  risk.subject = subject;
  risk.subject_type = "std::vector<int>";
  risk.place = {"src/a.cc", line, 1};
  risk.function = function;
  risk.title = subject + " grows and nothing is taken out";
  return risk;
}

Finding Growth(Pattern pattern) {
  Finding finding;
  finding.kind = FindingKind::kMemoryGrowth;
  finding.severity = Severity::kCritical;
  finding.pattern = pattern;
  finding.location = {"src/a.cc", 30, "app::Registry::Add"};
  finding.stack = {{"app::Registry::Add", "src/a.cc", 30, "", 0},
                   {"app::Use", "src/a.cc", 40, "", 0}};
  return finding;
}

TEST(MeetsRun, TheVariableIsKnownByNamePlaceOrAsAMemberOnThePath) {
  Finding by_name = Growth(Pattern::kUnknown);
  by_name.held_by = HeldBy{"app::items", "std::vector<int>", "", 0};
  EXPECT_TRUE(IsAboutSame(by_name, Risk(Pattern::kUnboundedCollection, "app::items", 5)));
  EXPECT_FALSE(IsAboutSame(by_name, Risk(Pattern::kUnboundedCollection, "app::item", 5)));

  Finding by_place = Growth(Pattern::kUnknown);
  by_place.held_by = HeldBy{"app::Get()::items", "", "src/a.cc", 5};
  EXPECT_TRUE(IsAboutSame(by_place, Risk(Pattern::kUnboundedCollection, "items", 5)));
  EXPECT_FALSE(IsAboutSame(by_place, Risk(Pattern::kUnboundedCollection, "items", 6)));

  Finding by_path = Growth(Pattern::kUnknown);
  by_path.held_by = HeldBy{"app::Shared()::one", "app::Registry", "src/b.cc", 9};
  by_path.retention_path = {{"items_", "std::vector<int>", 8, 1}};
  EXPECT_TRUE(
      IsAboutSame(by_path, Risk(Pattern::kUnboundedCollection, "app::Registry::items_", 5)));
  EXPECT_FALSE(IsAboutSame(by_path, Risk(Pattern::kUnboundedCollection, "app::Other::items_", 5)));
  EXPECT_FALSE(IsAboutSame(by_path, Risk(Pattern::kUnboundedCollection, "app::Registry::item", 5)));
}

TEST(MeetsRun, TheInnermostCallIsEnoughAndAnOuterOneOnlyWithTheSamePattern) {
  const Finding finding = Growth(Pattern::kLostOwner);
  EXPECT_TRUE(IsAboutSame(finding, Risk(Pattern::kHandleNotClosed, "fopen", 30, "f")));
  EXPECT_TRUE(IsAboutSame(finding, Risk(Pattern::kLostOwner, "new T", 40, "f")));
  EXPECT_FALSE(IsAboutSame(finding, Risk(Pattern::kHandleNotClosed, "fopen", 40, "f")));
}

TEST(MeetsRun, OneThingIsOneFindingWithBothAsEvidence) {
  std::vector<Finding> findings = {Growth(Pattern::kUnboundedCollection)};
  findings[0].held_by = HeldBy{"app::items", "", "", 0};
  const std::vector<StaticRisk> risks = {Risk(Pattern::kUnboundedCollection, "app::items", 5),
                                         Risk(Pattern::kUnboundedCollection, "app::others", 6)};
  EXPECT_EQ(MeetRun(risks, &findings), std::vector<std::size_t>{1});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::kCritical);
  EXPECT_EQ(findings[0].pattern_confidence, Confidence::kMedium);
  ASSERT_EQ(findings[0].evidence.size(), 1u);
  EXPECT_EQ(findings[0].evidence[0].source, "scan");
}

TEST(MeetsRun, WhereTheyDisagreeTheRunStandsAndAnUnknownTakesTheScans) {
  std::vector<Finding> findings = {Growth(Pattern::kCacheWithoutEviction)};
  const std::vector<StaticRisk> risks = {Risk(Pattern::kUnboundedCollection, "app::items", 30)};
  EXPECT_TRUE(MeetRun(risks, &findings).empty());
  EXPECT_EQ(findings[0].pattern, Pattern::kCacheWithoutEviction);
  EXPECT_EQ(findings[0].pattern_confidence, Confidence::kLow);
  EXPECT_NE(findings[0].evidence[0].text.find("what the run shows counts: cache without eviction"),
            std::string::npos);
  findings = {Growth(Pattern::kUnknown)};
  MeetRun(risks, &findings);
  EXPECT_EQ(findings[0].pattern, Pattern::kUnboundedCollection);
}

TEST(RiskFindings, AreWarningsAtMostAndOptimizationsWhereARunSaysSo) {
  const std::vector<Finding> findings =
      FindingsOf(std::vector<StaticRisk>{Risk(Pattern::kLostOwner, "new T", 3, "app::f"),
                                         Risk(Pattern::kStringConcatenation, "s", 4, "app::f")},
                 {});
  EXPECT_EQ(findings[0].severity, Severity::kWarning);
  EXPECT_EQ(findings[0].kind, FindingKind::kStaticRisk);
  EXPECT_EQ(findings[0].title, "lost owner: new T grows and nothing is taken out");
  EXPECT_FALSE(findings[0].held_by);
  EXPECT_EQ(findings[1].severity, Severity::kOptimization);
}

TEST(RiskFindings, OnlyWhatIsNoMemberHolds) {
  const std::vector<StaticRisk> risks = {Risk(Pattern::kUnboundedCollection, "app::items", 3),
                                         Risk(Pattern::kUnboundedCollection, "app::A::items_", 4)};
  const std::vector<Finding> findings = FindingsOf(risks, {"app::A::items_"});
  ASSERT_TRUE(findings[0].held_by);
  EXPECT_EQ(findings[0].held_by->symbol, "app::items");
  EXPECT_FALSE(findings[1].held_by);
}

TEST(RiskFindings, FingerprintsStayWhenLinesMoveAndTellAlikeOnesApart) {
  const std::vector<StaticRisk> before = {Risk(Pattern::kLostOwner, "new T", 3, "app::f"),
                                          Risk(Pattern::kLostOwner, "new T", 9, "app::f")};
  const std::vector<StaticRisk> after = {Risk(Pattern::kLostOwner, "new T", 13, "app::f"),
                                         Risk(Pattern::kLostOwner, "new T", 19, "app::f")};
  const std::vector<Finding> first = FindingsOf(before, {});
  const std::vector<Finding> second = FindingsOf(after, {});
  EXPECT_EQ(first[0].fingerprint, second[0].fingerprint);
  EXPECT_EQ(first[1].fingerprint, second[1].fingerprint);
  EXPECT_NE(first[0].fingerprint, first[1].fingerprint);
  EXPECT_EQ(first[0].fingerprint.size(), 16u);
}

}  // namespace
}  // namespace memprof::scan
