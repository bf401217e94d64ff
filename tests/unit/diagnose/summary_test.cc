// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/summary.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace memprof {
namespace {

Finding Leak(const std::string& fingerprint, std::int64_t bytes, int line = 7) {
  Finding finding;
  finding.fingerprint = fingerprint;
  finding.severity = Severity::kCritical;
  finding.pattern = Pattern::kLostOwner;
  finding.tests = {"S.A"};
  finding.location = {"src/a.cc", line, "Load"};
  finding.impact.bytes_per_iteration = bytes;
  return finding;
}

Finding Wasteful(Pattern pattern, std::int64_t bytes, int line) {
  Finding finding = Leak(Name(pattern), 0, line);
  finding.impact.bytes_per_iteration.reset();
  finding.severity = Severity::kOptimization;
  finding.kind = FindingKind::kOptimization;
  finding.pattern = pattern;
  finding.waste = Waste{bytes, 10, 0.5, 0.5};
  return finding;
}

Summary SummaryOfFindings(std::vector<Finding> findings) {
  Report report;
  report.findings = std::move(findings);
  return SummaryOf(report);
}

TEST(Summary, AddsUpWhatGrowsAndWasteApart) {
  const Summary summary = SummaryOfFindings({Leak("1", 100, 1), Leak("2", 20, 2),
                                             Wasteful(Pattern::kMissingReserve, 5000, 3),
                                             Wasteful(Pattern::kTemporaryAllocation, 300, 4)});
  EXPECT_EQ(summary.reduction_possible_bytes, 120);
  EXPECT_EQ(summary.waste_possible_bytes, 5300);
}

TEST(Summary, CountsBlocksOfTwoFindingsOnce) {
  Finding growth = Leak("2", 80);
  growth.kind = FindingKind::kMemoryGrowth;
  EXPECT_EQ(SummaryOfFindings({Leak("1", 100), growth}).reduction_possible_bytes, 100);
  // Of another test they are other blocks.
  growth.tests = {"S.B"};
  EXPECT_EQ(SummaryOfFindings({Leak("1", 100), growth}).reduction_possible_bytes, 180);
  EXPECT_EQ(SummaryOfFindings({Wasteful(Pattern::kMissingReserve, 500, 3),
                               Wasteful(Pattern::kTemporaryAllocation, 800, 3)})
                .waste_possible_bytes,
            800);
}

TEST(Summary, CountsTwoLossesThatCallersTellApartTwice) {
  EXPECT_EQ(SummaryOfFindings({Leak("1", 100), Leak("2", 40)}).reduction_possible_bytes, 140);
}

TEST(Summary, LeavesOutWhatNeverEvictsForItsGrowthIsToldElsewhere) {
  Finding growth = Leak("1", 100);
  growth.kind = FindingKind::kMemoryGrowth;
  growth.held_by = HeldBy{"app::cache", "std::map<int, int>", "src/a.cc", 3};
  Finding never = growth;
  never.fingerprint = "2";
  never.kind = FindingKind::kOneTimeRetention;
  never.severity = Severity::kWarning;
  never.impact.total_bytes = 4'000'000;
  EXPECT_EQ(SummaryOfFindings({growth, never}).reduction_possible_bytes, 100);
}

TEST(Summary, PrefersWhatTheFixSaves) {
  Finding finding = Leak("1", 100);
  finding.fix.emplace();
  finding.fix->expected_reduction_bytes = 60;
  EXPECT_EQ(SummaryOfFindings({finding}).reduction_possible_bytes, 60);
  Finding waste = Wasteful(Pattern::kMissingReserve, 500, 3);
  waste.fix = finding.fix;
  EXPECT_EQ(SummaryOfFindings({waste}).waste_possible_bytes, 60);
}

TEST(Summary, APeakThatOneCallMakesIsNoWaste) {
  EXPECT_FALSE(SummaryOfFindings({Wasteful(Pattern::kPeakSite, 500, 3)}).waste_possible_bytes);
  EXPECT_FALSE(SummaryOfFindings({}).waste_possible_bytes);
}

TEST(Summary, PrioritiesAreSeverityThenNewThenWeightThenCheap) {
  Finding known = Leak("known", 1'000'000);
  known.baseline = BaselineState::kKnown;
  Finding warning = Leak("warning", 9'000'000);
  warning.severity = Severity::kWarning;
  Finding everywhere = Leak("everywhere", 50);
  everywhere.tests = {"S.A", "S.B", "S.C"};
  Finding descriptors = Leak("descriptors", 0);
  descriptors.impact = {};
  descriptors.impact.count = 1;
  const auto with_effort = [](Finding finding, const std::string& effort) {
    finding.fix.emplace();
    finding.fix->effort = effort;
    return finding;
  };
  const Summary summary =
      SummaryOfFindings({warning, known, with_effort(Leak("a day", 100), "a day"),
                         with_effort(Leak("an hour", 100), "about an hour"), Leak("no fix", 100),
                         with_effort(Leak("minutes", 100), "minutes"), everywhere, descriptors});
  EXPECT_EQ(summary.priorities,
            (std::vector<std::string>{"descriptors", "everywhere", "minutes", "an hour", "a day",
                                      "no fix", "known", "warning"}));
}

TEST(Summary, CountsKnownAndSuppressed) {
  Report report;
  report.findings = {Leak("1", 1), Leak("2", 2)};
  report.findings[0].baseline = BaselineState::kKnown;
  report.findings[1].baseline = BaselineState::kNew;
  report.suppressions = {{"s.txt", 1, "leak:a", "", 2, false, false, {}},
                         {"s.txt", 2, "fd:b", "", 1, false, false, {}}};
  const Summary summary = SummaryOf(report);
  EXPECT_EQ(summary.known, 1);
  EXPECT_EQ(summary.suppressed, 3);
  EXPECT_EQ(summary.critical, 2);
}

}  // namespace
}  // namespace memprof
