// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// One bug is one finding, however many tests show it, and two bugs are two: on all machines and in
// every part of a run.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/merge.h"

namespace memprof {
namespace {

constexpr char kTestFile[] = "tests/app_test.cc";

/// What `function` at src/app.cc:`line`, called by `callers` from the body of S.`test`, keeps.
Finding Kept(FindingKind kind, const std::string& test, const std::string& function, int line,
             const std::vector<Frame>& callers) {
  Finding finding;
  finding.kind = kind;
  finding.severity = Severity::kCritical;
  finding.tests = {"S." + test};
  finding.location = {"src/app.cc", line, function};
  finding.stack = {{"std::vector<int>::push_back", "/usr/include/vector", 9, ""},
                   {function, "src/app.cc", line, ""}};
  finding.stack.insert(finding.stack.end(), callers.begin(), callers.end());
  finding.stack.push_back({"S_" + test + "_Test::TestBody", kTestFile, 40, ""});
  finding.impact.bytes_per_iteration = 100;
  finding.fingerprint = StackFingerprint(finding, 1);
  return finding;
}

Finding HeldBySymbol(const std::string& symbol, Finding finding) {
  finding.held_by = HeldBy{symbol, "std::vector<int>", "src/app.cc", 3};
  return finding;
}

/// Fifty tests, each with a helper of its own in `file`, that feed one registry.
std::vector<Finding> FiftyHelpers(const std::string& file, bool with_snapshots) {
  std::vector<Finding> findings;
  for (int i = 0; i < 50; ++i) {
    const std::string n = std::to_string(i);
    const Frame helper = {"Helper" + n, file, 10 + i, ""};
    Finding finding =
        Kept(FindingKind::kMemoryGrowth, "T" + n, "EventBus::Subscribe", 10, {helper});
    if (with_snapshots) finding = HeldBySymbol("bus.handlers", finding);
    findings.push_back(finding);
  }
  return findings;
}

std::set<std::string> Prints(const std::vector<Finding>& findings) {
  std::set<std::string> prints;
  for (const Finding& finding : findings) prints.insert(finding.fingerprint);
  return prints;
}

TEST(OneBug, UnderFiftyTestsWithFiftyHelpersIsOneFinding) {
  std::set<std::string> prints;
  for (const char* file : {kTestFile, "src/app.cc", "tests/helpers.cc"}) {
    for (const bool with_snapshots : {true, false}) {
      const auto grouped = GroupFindings(FiftyHelpers(file, with_snapshots));
      ASSERT_EQ(grouped.size(), 1u) << file << with_snapshots;
      EXPECT_EQ(grouped[0].tests.size(), 50u);
      prints.merge(Prints(grouped));
    }
  }
  EXPECT_EQ(prints.size(), 1u);
}

TEST(OneBug, HasOneFingerprintWhicheverTestsRan) {
  const std::vector<Finding> all = FiftyHelpers("src/app.cc", true);
  const std::set<std::string> whole = Prints(GroupFindings(all));
  for (const Finding& one : all) EXPECT_EQ(Prints(GroupFindings({one})), whole);
}

TEST(OneBug, OfTwoShardsIsOneFinding) {
  const std::vector<Finding> all = FiftyHelpers("src/app.cc", true);
  Report first;
  first.findings = GroupFindings({all.begin(), all.begin() + 25});
  Report second;
  second.findings = GroupFindings({all.begin() + 25, all.end()});
  const Report merged = MergeReports(std::vector<Report>{first, second});
  ASSERT_EQ(merged.findings.size(), 1u);
  EXPECT_EQ(merged.findings[0].tests.size(), 50u);
  EXPECT_EQ(merged.findings[0].fingerprint, first.findings[0].fingerprint);
}

TEST(OneBug, OfOneTestWithoutSnapshotJoinsTheOthers) {
  std::vector<Finding> findings = FiftyHelpers("src/app.cc", true);
  findings[7].held_by.reset();
  findings[31].held_by.reset();
  EXPECT_EQ(GroupFindings(findings).size(), 1u);
}

TEST(OneBug, ThatLosesIsOneFindingUnderHelpersInTheTestsFile) {
  std::vector<Finding> findings;
  for (int i = 0; i < 50; ++i) {
    const std::string n = std::to_string(i);
    findings.push_back(Kept(FindingKind::kMemoryLeak, "T" + n, "Parser::Parse", 10,
                            {{"Helper" + n, kTestFile, 10 + i, ""}}));
  }
  const auto grouped = GroupFindings(findings);
  ASSERT_EQ(grouped.size(), 1u);
  // What is lost here grows where nothing can tell that it is lost.
  findings[3].kind = FindingKind::kMemoryGrowth;
  EXPECT_EQ(Prints(GroupFindings({findings[3]})), Prints(grouped));
}

TEST(OneBug, OfACycleIsOneFindingWhoeverMadeIt) {
  Finding one = Kept(FindingKind::kMemoryLeak, "A", "Session::Open", 10,
                     {{"Chat::Join", "src/chat.cc", 3, ""}});
  one.cycle = {"Session.timer", "Timer.session"};
  one.weaken = Weaken{"Timer::session", "std::shared_ptr<Session>", "src/timer.h", 9};
  Finding other = one;
  other.tests = {"S.B"};
  other.stack[2].function = "Chat::Rejoin";
  EXPECT_EQ(GroupFindings({one, other}).size(), 1u);
}

TEST(TwoBugs, OfTwoContainersThatOneHelperFillsAreTwoFindings) {
  const Finding sessions =
      HeldBySymbol("app.sessions", Kept(FindingKind::kMemoryGrowth, "A", "Append", 10, {}));
  const Finding logs =
      HeldBySymbol("app.logs", Kept(FindingKind::kMemoryGrowth, "B", "Append", 10, {}));
  const auto grouped = GroupFindings({sessions, logs, sessions});
  ASSERT_EQ(grouped.size(), 2u);
  EXPECT_EQ(Prints(grouped).size(), 2u);
  // On a machine without snapshots they are one, and it is known to the baseline of the other.
  Finding unknown = sessions;
  unknown.held_by.reset();
  const auto without = GroupFindings({unknown});
  EXPECT_TRUE(Prints(grouped).contains(without[0].fingerprint));
}

TEST(TwoBugs, OfTwoMembersBehindOnePointerAreTwoFindings) {
  Finding sessions = HeldBySymbol("state", Kept(FindingKind::kMemoryGrowth, "A", "Append", 10, {}));
  Finding logs = sessions;
  sessions.retention_path = {{"", "State", 8, 1}, {"sessions", "Session[]", 8, 1}};
  logs.retention_path = {{"", "State", 8, 1}, {"logs", "Log[]", 8, 1}};
  EXPECT_EQ(GroupFindings({sessions, logs}).size(), 2u);
}

TEST(TwoBugs, AtTwoLinesOfOneFunctionAreTwoFindings) {
  const auto at = [](int line) {
    return HeldBySymbol("app.logs", Kept(FindingKind::kMemoryGrowth, "A", "Append", line, {}));
  };
  EXPECT_EQ(Prints(GroupFindings({at(10), at(11)})).size(), 2u);
}

TEST(TwoBugs, OfTwoCallersWhoLoseWhatAFactoryMakesAreTwoFindings) {
  for (const char* file : {"src/tree.cc", kTestFile, "src/app.cc"}) {
    const auto lost_by = [&](const std::string& test, const std::string& caller) {
      Finding finding =
          Kept(FindingKind::kMemoryLeak, test, "MakeNode", 10, {{caller, file, 3, ""}});
      // A program of one file, as small ones are.
      if (file == std::string(kTestFile)) finding.stack[1].file = kTestFile;
      return finding;
    };
    const Finding grown = lost_by("A", "Tree::Grow");
    const Finding copied = lost_by("B", "Tree::Copy");
    const auto grouped = GroupFindings({grown, copied});
    EXPECT_EQ(Prints(grouped).size(), 2u) << file;
    for (const Finding& alone : {grown, copied}) {
      EXPECT_TRUE(Prints(grouped).contains(GroupFindings({alone})[0].fingerprint)) << file;
    }
  }
}

TEST(TwoBugs, ThatWasteAtOneLineAreTwoFindings) {
  Finding one = Kept(FindingKind::kOptimization, "A", "Join", 10, {});
  one.pattern = Pattern::kMissingReserve;
  Finding other = one;
  other.pattern = Pattern::kTemporaryAllocation;
  EXPECT_EQ(GroupFindings({one, other}).size(), 2u);
}

TEST(TwoBugs, StayTwoWhenTheyAreGroupedAgain) {
  std::vector<Finding> findings = FiftyHelpers("src/app.cc", true);
  for (std::size_t i = 0; i < findings.size(); i += 2) findings[i].held_by->symbol = "bus.other";
  findings[1].held_by.reset();
  const auto once = GroupFindings(findings);
  ASSERT_EQ(once.size(), 2u);
  const auto again = GroupFindings(once);
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(Prints(once), Prints(again));
  EXPECT_EQ(once[0].tests, again[0].tests);
}

}  // namespace
}  // namespace memprof
