// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/systemic_patterns.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace memprof {
namespace {

/// A leak in `functions` (innermost first) that `tests` show.
Finding LeakIn(const std::string& fingerprint, const std::vector<std::string>& functions,
               const std::vector<std::string>& tests) {
  Finding finding;
  finding.fingerprint = fingerprint;
  finding.tests = tests;
  for (const std::string& function : functions) {
    finding.stack.push_back({function, "src/app.cc", 7, ""});
  }
  finding.stack.push_back({"S_A_Test::TestBody", "tests/app_test.cc", 9, ""});
  return finding;
}

std::vector<std::string> Texts(const std::vector<Finding>& findings) {
  std::vector<std::string> texts;
  for (const SystemicPattern& pattern : SystemicPatterns(findings)) texts.push_back(pattern.text);
  return texts;
}

using Lines = std::vector<std::string>;

TEST(SystemicPatterns, OneFindingOfThreeTestsIsOne) {
  EXPECT_EQ(Texts({LeakIn("1", {"EventBus::Subscribe"}, {"S.A", "S.B", "S.C"})}),
            (Lines{"3 tests leak through `EventBus::Subscribe`"}));
  EXPECT_TRUE(Texts({LeakIn("1", {"EventBus::Subscribe"}, {"S.A", "S.B"})}).empty());
}

TEST(SystemicPatterns, CountTestsOnceAndNameFindingsWorstFirst) {
  const auto patterns = SystemicPatterns({LeakIn("1", {"Subscribe", "Join"}, {"S.A", "S.B"}),
                                          LeakIn("2", {"Subscribe", "Part"}, {"S.B", "S.C"})});
  ASSERT_EQ(patterns.size(), 1u);
  EXPECT_EQ(patterns[0].by, SystemicPattern::By::kFunction);
  EXPECT_EQ(patterns[0].what, "Subscribe");
  EXPECT_EQ(patterns[0].text, "3 tests leak through `Subscribe`, 2 findings");
  EXPECT_EQ(patterns[0].findings, (Lines{"1", "2"}));
  EXPECT_EQ(patterns[0].tests, 3);
}

TEST(SystemicPatterns, FindACallerThatFindingsShare) {
  EXPECT_EQ(
      Texts({LeakIn("1", {"MakeNode", "Tree::Grow"}, {"S.A"}),
             LeakIn("2", {"MakeName", "Tree::Grow"}, {"S.B"}), LeakIn("3", {"Other"}, {"S.C"})}),
      (Lines{"2 tests leak through `Tree::Grow`, 2 findings"}));
}

TEST(SystemicPatterns, DoNotNameTheCallerOfOneTestForThemAll) {
  EXPECT_EQ(Texts({LeakIn("1", {"Subscribe", "WatchShelf"}, {"S.A", "S.B", "S.C"}),
                   LeakIn("2", {"Join", "WatchShelf"}, {"S.A"})}),
            (Lines{"3 tests leak through `Subscribe`"}));
}

TEST(SystemicPatterns, ByHolderAndPatternWhereFunctionsDiffer) {
  std::vector<Finding> findings = {LeakIn("1", {"Join"}, {"S.A"}), LeakIn("2", {"Part"}, {"S.B"}),
                                   LeakIn("3", {"Quit"}, {"S.C"})};
  findings[0].held_by = HeldBy{"bus.handlers", "", "", 0};
  findings[1].held_by = findings[0].held_by;
  for (Finding& finding : findings) finding.pattern = Pattern::kListenerNotRemoved;
  EXPECT_EQ(Texts(findings),
            (Lines{"`listener-not-removed` is the pattern of 3 findings of 3 tests",
                   "2 tests leave memory in `bus.handlers`, 2 findings"}));
}

TEST(SystemicPatterns, NeverSayTheSameTwice) {
  std::vector<Finding> findings = {LeakIn("1", {"Subscribe", "Join"}, {"S.A"}),
                                   LeakIn("2", {"Subscribe", "Join"}, {"S.B"})};
  for (Finding& finding : findings) {
    finding.pattern = Pattern::kListenerNotRemoved;
    finding.held_by = HeldBy{"bus.handlers", "", "", 0};
  }
  EXPECT_EQ(SystemicPatterns(findings).size(), 1u);
}

TEST(SystemicPatterns, KeepLeaksAndWasteApart) {
  Finding waste = LeakIn("2", {"Load"}, {"S.A", "S.B", "S.C"});
  waste.kind = FindingKind::kOptimization;
  EXPECT_EQ(Texts({LeakIn("1", {"Load"}, {"S.A"}), waste}),
            (Lines{"3 tests waste memory through `Load`"}));
}

TEST(SystemicPatterns, AreNeverTestCodeNorLocalVariables) {
  Finding body = LeakIn("1", {}, {"S.A", "S.B", "S.C"});
  body.held_by = HeldBy{"jobs", "", "", 0, HolderKind::kLocalVariable};
  EXPECT_TRUE(Texts({body}).empty());
}

TEST(SystemicPatterns, OfNoTestCountFindings) {
  EXPECT_EQ(Texts({LeakIn("1", {"Load"}, {}), LeakIn("2", {"Load"}, {})}),
            (Lines{"2 findings leak through `Load`"}));
}

TEST(SystemicPatterns, MostTestsComeFirst) {
  const auto patterns = SystemicPatterns({LeakIn("1", {"A"}, {"S.A", "S.B", "S.C"}),
                                          LeakIn("2", {"B"}, {"S.A", "S.B", "S.C", "S.D"})});
  ASSERT_EQ(patterns.size(), 2u);
  EXPECT_EQ(patterns[0].what, "B");
}

}  // namespace
}  // namespace memprof
