// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/budgets.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "tests/unit/diagnose/evidence_builder.h"

namespace memprof {
namespace {

struct Runs {
  std::int64_t peak = 0;
  std::int64_t kept = 0;
  std::uint64_t allocations = 0;
};

/// Cache.Lookup, with a run for each of `runs`.
RecordFile Screen(const std::vector<Runs>& runs) {
  RecordFile screen;
  screen.tests.push_back(EvidenceOf(StillSeries(1)).test);
  for (std::uint32_t i = 0; i < runs.size(); ++i) {
    RecordedRun run;
    run.iteration = i;
    run.finished = true;
    run.window.measured = record::kHeapMeasured;
    run.window.peak_bytes = runs[i].peak;
    run.window.kept_bytes = runs[i].kept;
    run.window.allocations = runs[i].allocations;
    screen.runs.push_back(run);
  }
  return screen;
}

Thresholds Budgets(std::int64_t peak, std::int64_t kept, std::int64_t allocations) {
  Thresholds thresholds;
  thresholds.peak_budget_bytes = peak;
  thresholds.kept_budget_bytes = kept;
  thresholds.allocation_budget = allocations;
  return thresholds;
}

RecordedLimits Limits(std::int64_t peak, std::int64_t kept, std::int64_t allocations, int line) {
  return {{0, 0, static_cast<std::uint32_t>(line), 0, peak, kept, allocations},
          "/src/tests/cache_test.cc"};
}

std::vector<std::string> TitlesOf(const std::vector<Finding>& findings) {
  std::vector<std::string> titles;
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.kind, FindingKind::kBudgetExceeded);
    EXPECT_EQ(finding.severity, Severity::kCritical);
    EXPECT_TRUE(finding.fix.has_value());
    titles.push_back(finding.title);
  }
  return titles;
}

using Titles = std::vector<std::string>;

TEST(Budgets, ThePeakIsJudgedOnTheHighestRunAndTheRestOnTheLowest) {
  const RecordFile screen = Screen({{100, 300, 30}, {900, 20, 9}, {500, 40, 12}});
  EXPECT_EQ(
      TitlesOf(OverBudget(screen, {}, SomeContext(), Budgets(899, 19, 6))),
      (Titles{"peak over budget: 900 B of 899 B allowed", "kept over budget: 20 B of 19 B allowed",
              "allocations over budget: 9 allocations of 6 allowed"}));
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(900, 20, 9)).empty());
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Thresholds{}).empty());
}

TEST(Budgets, ATestsOwnLimitGoesBeforeThoseOfTheRun) {
  RecordFile screen = Screen({{900, 20, 9}});
  screen.runs[0].limits = Limits(-1, 100, 5, 12);
  const std::vector<Finding> findings =
      OverBudget(screen, {}, SomeContext(), Budgets(800, 0, 1000));
  EXPECT_EQ(TitlesOf(findings), (Titles{"peak over budget: 900 B of 800 B allowed",
                                        "allocations over budget: 9 allocations of 5 allowed"}));
  EXPECT_EQ(findings[0].location.line, 45) << "the TEST line";
  EXPECT_EQ(findings[1].location.file, "tests/cache_test.cc");
  EXPECT_EQ(findings[1].location.line, 12);
  EXPECT_EQ(findings[1].evidence[0].text,
            "9 allocations in its one run, 4 over the limit that the test sets beside the one "
            "at tests/cache_test.cc:12; what is made once and stays is in it: --repeat 3 judges "
            "the lowest of three runs")
      << "the record holds the line of the first limit";
  EXPECT_EQ(findings[1].fix->expected_reduction_calls, 4);
  EXPECT_NE(findings[0].fingerprint, findings[1].fingerprint);
}

TEST(Budgets, WhatRisesOnceIsNotWhatATestKeeps) {
  const RecordFile screen = Screen({{0, 4096, 0}});
  const Thresholds none_kept = Budgets(1, 0, 1);
  TestEvidence still = EvidenceOf(StillSeries(12));
  EXPECT_EQ(OverBudget(screen, {}, SomeContext(), none_kept).size(), 1u);
  EXPECT_TRUE(OverBudget(screen, {{still}}, SomeContext(), none_kept).empty());
  const TestEvidence growing = GrowingEvidence(12, 64, 1);
  EXPECT_EQ(TitlesOf(OverBudget(screen, {{growing}}, SomeContext(), none_kept)),
            Titles{"kept over budget: 64 B of 0 B allowed"});
}

TEST(Budgets, WhatATestDeclaresToKeepComesOnTop) {
  RecordFile screen = Screen({{0, 100, 0}});
  screen.runs[0].keeps = {{{0, 0, 3, 0, 60}, "f", "a log"}, {{0, 0, 4, 0, 30}, "f", "a lock"}};
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(1, 10, 1)).empty());
  const std::vector<Finding> over = OverBudget(screen, {}, SomeContext(), Budgets(1, 9, 1));
  ASSERT_EQ(over.size(), 1u);
  EXPECT_NE(over[0].evidence[0].text.find(
                "1 B over the budget and the 90 B that it declares with memprof::Keeps"),
            std::string::npos)
      << over[0].evidence[0].text;
  EXPECT_EQ(over[0].fix->expected_reduction_bytes, 1) << "the rest is within";
  screen.runs[0].keeps[0].what.bytes = INT64_MAX;
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(1, 10, 1)).empty());
  screen.runs[0].keeps[0].what.bytes = 60;
  screen.runs[0].limits = Limits(-1, 9, -1, 5);
  EXPECT_EQ(OverBudget(screen, {}, SomeContext(), Budgets(1, 10, 1)).size(), 1u);
  screen.runs[0].limits = Limits(-1, 10, -1, 5);
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(1, 0, 1)).empty());
}

TEST(Budgets, WhatGoogleTestMayHaveAddedIsHeldAgainstNoTest) {
  RecordFile screen = Screen({{3000, 20, 19}});
  screen.process.emplace();
  EXPECT_EQ(OverBudget(screen, {}, SomeContext(), Budgets(1000, 20, 3)).size(), 2u);
  EXPECT_TRUE(BudgetGaps(screen, Budgets(1000, 20, 3)).empty());
  screen.process->boundary_source = record::kFromStream;
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(1000, 20, 3)).empty());
  const std::vector<NotMeasured> gaps = BudgetGaps(screen, Budgets(1000, 20, 3));
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_NE(gaps[0].why.find("1 test is over a limit"), std::string::npos) << gaps[0].why;
  EXPECT_EQ(OverBudget(screen, {}, SomeContext(), Budgets(951, 19, 2)).size(), 3u);
  EXPECT_TRUE(BudgetGaps(screen, Budgets(951, 19, 2)).empty()) << "they are findings";
  EXPECT_TRUE(BudgetGaps(screen, Budgets(3000, 20, 19)).empty()) << "within";
}

TEST(Budgets, CopiesOfGoogleTestsOwnFlagsAreHeldAgainstNoTest) {
  const RecordFile screen = Screen({{900, 20, 9}});
  EXPECT_EQ(OverBudget(screen, {}, SomeContext(), Budgets(900, 20, 6)).size(), 1u);
  EXPECT_TRUE(BudgetGaps(screen, Budgets(900, 20, 6)).empty());
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(900, 20, 7)).empty());
  const std::vector<NotMeasured> gaps = BudgetGaps(screen, Budgets(900, 20, 7));
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_NE(gaps[0].why.find("copies of its own flags"), std::string::npos) << gaps[0].why;
  EXPECT_TRUE(BudgetGaps(screen, Budgets(900, 20, 9)).empty()) << "within";
}

TEST(Budgets, AnOwnHigherPeakLimitIsNoSpike) {
  RecordFile screen = Screen({{100 << 20, 0, 0}});
  const auto kinds = [&] {
    std::vector<FindingKind> found;
    for (const Finding& finding : DiagnoseScreen(screen, SomeContext(), Thresholds{})) {
      found.push_back(finding.kind);
    }
    return found;
  };
  EXPECT_TRUE(kinds().empty()) << "the median is its own peak";
  screen.runs[0].limits = Limits(1 << 20, -1, -1, 5);
  EXPECT_EQ(kinds(), std::vector<FindingKind>{FindingKind::kBudgetExceeded});
}

TEST(Budgets, WhatWasNotMeasuredIsAGapAndNeverWithinABudget) {
  RecordFile screen = Screen({{900, 20, 9}});
  EXPECT_TRUE(BudgetGaps(screen, Budgets(1, 1, 1)).empty());
  screen.runs[0].window.measured = 0;
  EXPECT_TRUE(OverBudget(screen, {}, SomeContext(), Budgets(1, 1, 1)).empty());
  std::vector<NotMeasured> gaps = BudgetGaps(screen, Budgets(1, 1, 1));
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].test, "");
  EXPECT_NE(gaps[0].why.find("the limits of 1 test were not checked"), std::string::npos);
  EXPECT_TRUE(BudgetGaps(screen, Thresholds{}).empty()) << "nobody set one";
  screen.runs[0].limits = Limits(1, -1, -1, 5);
  EXPECT_EQ(BudgetGaps(screen, Thresholds{}).size(), 1u);
  screen.runs[0].finished = false;
  gaps = BudgetGaps(screen, Thresholds{});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].test, "Cache.Lookup");
}

}  // namespace
}  // namespace memprof
