// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merge.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace memprof {
namespace {

TestReport TestNamed(const std::string& name, TestStatus status = TestStatus::kPassed) {
  TestReport test;
  test.suite = "S";
  test.name = name;
  test.status = status;
  return test;
}

Finding FindingIn(const std::string& test, const std::string& fingerprint,
                  Severity severity = Severity::kCritical, std::int64_t bytes = 10) {
  Finding finding;
  finding.fingerprint = fingerprint;
  finding.severity = severity;
  finding.pattern = Pattern::kLostOwner;
  finding.tests = {"S." + test};
  finding.location = {"src/a.cc", 7, "Load"};
  finding.impact.bytes_per_iteration = bytes;
  return finding;
}

Report ScreenOf(const std::vector<TestReport>& tests) {
  Report report;
  report.binary = "build/a_test";
  report.stages = {"screen: 1.2 s"};
  report.tests = tests;
  return report;
}

std::vector<std::string> VerdictsOf(const Report& report) {
  std::vector<std::string> verdicts;
  for (const TestReport& test : report.tests) {
    verdicts.push_back(test.name + " " + Name(test.verdict));
  }
  return verdicts;
}

TEST(Summarize, GivesEachTestItsWorstVerdictAndSortsByIt) {
  Report report =
      ScreenOf({TestNamed("Clean"), TestNamed("Gap"), TestNamed("Slow"), TestNamed("Both"),
                TestNamed("Warned"), TestNamed("Crashed", TestStatus::kCrashed),
                TestNamed("GapAndFinding"), TestNamed("NoTool")});
  report.findings = {FindingIn("Both", "1"), FindingIn("Both", "2", Severity::kWarning),
                     FindingIn("Warned", "3", Severity::kWarning),
                     FindingIn("Slow", "4", Severity::kOptimization),
                     FindingIn("GapAndFinding", "5", Severity::kWarning)};
  report.not_measured = {{"triage", "S.Gap", "it hung"},
                         {"triage", "S.GapAndFinding", "it hung"},
                         {"lsan", "S.NoTool", "no ptrace"},
                         {"massif", "", "no valgrind"}};
  Summarize(&report);
  EXPECT_EQ(VerdictsOf(report),
            (std::vector<std::string>{"Both critical", "Warned warning", "GapAndFinding warning",
                                      "Slow optimization", "Gap not_measured",
                                      "Crashed not_measured", "Clean clean", "NoTool clean"}));
}

TEST(Summarize, CountsFindingsBytesAndPatterns) {
  Report report = ScreenOf({TestNamed("A")});
  Finding descriptors = FindingIn("A", "2");
  descriptors.kind = FindingKind::kFdLeak;
  descriptors.pattern = Pattern::kHandleNotClosed;
  Finding unknown = FindingIn("A", "4", Severity::kWarning, 5000);
  unknown.pattern = Pattern::kUnknown;
  report.findings = {FindingIn("A", "1"), descriptors, FindingIn("A", "3"), unknown};
  Summarize(&report);
  EXPECT_EQ(report.summary.tests, 1);
  EXPECT_EQ(report.summary.critical, 3);
  EXPECT_EQ(report.summary.warning, 1);
  EXPECT_EQ(report.summary.optimization, 0);
  EXPECT_EQ(report.summary.reduction_possible_bytes, 20);
  EXPECT_EQ(report.summary.priorities, (std::vector<std::string>{"1", "2", "3", "4"}));
  ASSERT_EQ(report.summary.patterns.size(), 2u);
  EXPECT_EQ(report.summary.patterns[0].pattern, "lost-owner");
  EXPECT_EQ(report.summary.patterns[0].count, 2);
  EXPECT_EQ(report.summary.patterns[0].where,
            (std::vector<std::string>{"src/a.cc:7", "src/a.cc:7"}));
}

TEST(Summarize, NamesAtMostTenPlacesOfAPattern) {
  Report report = ScreenOf({});
  for (int i = 0; i < 12; ++i) report.findings.push_back(FindingIn("A", std::to_string(i)));
  Summarize(&report);
  EXPECT_EQ(report.summary.patterns[0].count, 12);
  EXPECT_EQ(report.summary.patterns[0].where.size(), 10u);
}

TEST(Summarize, ReductionIsUnknownRatherThanZero) {
  Report report = ScreenOf({TestNamed("A")});
  Finding unmeasured = FindingIn("A", "1");
  unmeasured.impact.bytes_per_iteration.reset();
  report.findings = {unmeasured};
  Summarize(&report);
  EXPECT_FALSE(report.summary.reduction_possible_bytes);
}

TEST(Summarize, AgainIsTheSame) {
  Report report = ScreenOf({TestNamed("A"), TestNamed("B")});
  report.findings = {FindingIn("B", "1")};
  Summarize(&report);
  report.findings.clear();
  Summarize(&report);
  EXPECT_EQ(VerdictsOf(report), (std::vector<std::string>{"B clean", "A clean"}));
  EXPECT_EQ(report.summary.critical, 0);
  EXPECT_TRUE(report.summary.patterns.empty());
}

TEST(MergeReports, AddsFindingsGapsAndStagesToTheScreens) {
  const Report screen = ScreenOf({TestNamed("A"), TestNamed("B"), TestNamed("C")});
  Report a;
  a.stages = {"confirm: S.A in 2 s"};
  a.tests = {TestNamed("A")};
  a.findings = {FindingIn("A", "1", Severity::kWarning, 10)};
  a.not_measured = {{"massif", "", "no valgrind"}};
  Report b;
  b.stages = {"confirm: S.B in 2 s"};
  b.findings = {FindingIn("B", "1", Severity::kCritical, 30)};
  b.not_measured = {{"massif", "", "no valgrind"}, {"lsan", "S.B", "no ptrace"}};
  const Report merged = MergeReports(std::vector<Report>{screen, a, b});
  EXPECT_EQ(merged.binary, "build/a_test");
  EXPECT_EQ(merged.stages.size(), 3u);
  EXPECT_EQ(merged.not_measured.size(), 2u);
  ASSERT_EQ(merged.findings.size(), 1u);
  EXPECT_EQ(merged.findings[0].severity, Severity::kCritical);
  EXPECT_EQ(merged.findings[0].tests, (std::vector<std::string>{"S.B", "S.A"}));
  EXPECT_EQ(VerdictsOf(merged), (std::vector<std::string>{"A critical", "B critical", "C clean"}));
  EXPECT_EQ(merged.summary.critical, 1);
}

TEST(MergeReports, KeepsTestsThatOnlyAnotherShardRan) {
  const Report merged = MergeReports(
      std::vector<Report>{ScreenOf({TestNamed("A")}), ScreenOf({TestNamed("A"), TestNamed("B")})});
  EXPECT_EQ(merged.tests.size(), 2u);
  EXPECT_EQ(merged.stages.size(), 1u);
}

TEST(MergeReports, KeepsThatAPartBroke) {
  Report broken = ScreenOf({});
  broken.interrupted = true;
  broken.crash = "killed by SIGSEGV";
  broken.peak_error_bytes = 65'536;
  const Report merged = MergeReports(std::vector<Report>{ScreenOf({TestNamed("A")}), broken});
  EXPECT_TRUE(merged.interrupted);
  EXPECT_EQ(merged.crash, "killed by SIGSEGV");
  EXPECT_EQ(merged.peak_error_bytes, 65'536);
}

TEST(MergeReports, CarriesWhatPartsKnowOfTheCause) {
  Finding plain = FindingIn("A", "1");
  plain.pattern = Pattern::kUnknown;
  Finding known = FindingIn("B", "1");
  known.pattern_confidence = Confidence::kHigh;
  known.decided_by = {"the pointer is overwritten"};
  known.sub_cause = "early return";
  known.location.text = "char* copy = strdup(name);";
  known.fix.emplace();
  known.fix->summary = "own it";
  known.baseline = BaselineState::kKnown;
  Report a;
  a.findings = {plain};
  Report b;
  b.findings = {known};
  for (const auto& parts : {std::vector<Report>{a, b}, std::vector<Report>{b, a}}) {
    const Report merged = MergeReports(parts);
    ASSERT_EQ(merged.findings.size(), 1u);
    const Finding& finding = merged.findings[0];
    EXPECT_EQ(finding.pattern, Pattern::kLostOwner);
    EXPECT_EQ(finding.pattern_confidence, Confidence::kHigh);
    EXPECT_EQ(finding.decided_by.size(), 1u);
    EXPECT_EQ(finding.sub_cause, "early return");
    EXPECT_EQ(finding.location.text, "char* copy = strdup(name);");
    ASSERT_TRUE(finding.fix);
    EXPECT_EQ(finding.baseline, BaselineState::kKnown);
  }
}

TEST(MergeReports, WhatIsNewForOnePartIsNew) {
  Report a = ScreenOf({TestNamed("A")});
  a.findings = {FindingIn("A", "1")};
  a.findings[0].baseline = BaselineState::kKnown;
  Report b = a;
  b.findings[0].baseline = BaselineState::kNew;
  EXPECT_EQ(MergeReports(std::vector<Report>{a, b}).findings[0].baseline, BaselineState::kNew);
  EXPECT_EQ(MergeReports(std::vector<Report>{b, a}).findings[0].baseline, BaselineState::kNew);
}

TEST(MergeReports, AddsUpSuppressionsAndBaselines) {
  Report a;
  a.suppressions = {{"s.txt", 1, "leak:a", "", 2, false, false, {"+4 KiB"}},
                    {"s.txt", 2, "leak:b", "", 0, true, false, {}}};
  a.baseline = BaselineUse{"base.json", 10, 3};
  Report b;
  b.suppressions = {{"s.txt", 1, "leak:a", "", 1, false, false, {"+4 KiB", "+9 KiB"}},
                    {"s.txt", 2, "leak:b", "", 1, false, false, {}},
                    {"t.txt", 1, "leak:c", "", 0, true, false, {}}};
  b.baseline = BaselineUse{"base.json", 10, 2};
  const Report merged = MergeReports(std::vector<Report>{Report(), a, b});
  ASSERT_EQ(merged.suppressions.size(), 3u);
  EXPECT_EQ(merged.suppressions[0].findings, 3);
  EXPECT_EQ(merged.suppressions[0].exceeded, (std::vector<std::string>{"+4 KiB", "+9 KiB"}));
  EXPECT_FALSE(merged.suppressions[1].stale);
  EXPECT_TRUE(merged.suppressions[2].stale);
  ASSERT_TRUE(merged.baseline);
  EXPECT_EQ(merged.baseline->gone, 5);
  EXPECT_EQ(merged.summary.suppressed, 4);
}

TEST(MergeReports, ProfilesAreThereOnceAndSourcesAreJoined) {
  Report screen = ScreenOf({TestNamed("A"), TestNamed("B")});
  Profile both, one;
  both.name = "2 suspects, 12 runs";
  both.tests = {"S.A", "S.B"};
  one.name = "S.A alone, 1 run";
  one.tests = {"S.A"};
  screen.profiles = {both};
  screen.sources = {{"src/a.cc", 1, {"1", "2"}}};
  Report part;
  part.profiles = {one, both};
  part.sources = {{"src/a.cc", 2, {"2", "3"}}};
  const Report merged = MergeReports(std::vector<Report>{screen, part});
  EXPECT_EQ(merged.profiles, (std::vector<Profile>{both, one}));
  EXPECT_EQ(merged.sources, (std::vector<SourceExcerpt>{{"src/a.cc", 1, {"1", "2", "3"}}}));
}

Report ShardOf(const std::string& binary, const std::vector<TestReport>& tests) {
  Report report;
  report.binary = binary;
  report.tests = tests;
  return report;
}

struct BinaryRow {
  const char* name;
  std::string a;
  std::string b;
  std::string file_of_b;
  bool one_program;
};

void PrintTo(const BinaryRow& row, std::ostream* out) { *out << row.name; }

class MergedBinaries : public testing::TestWithParam<BinaryRow> {};

TEST_P(MergedBinaries, AreOneProgramOrTwo) {
  TestReport a = TestNamed("A");
  a.file = "src/a_test.cc";
  TestReport b = TestNamed("B");
  b.file = GetParam().file_of_b;
  const Report merged =
      MergeReports(std::vector<Report>{ShardOf(GetParam().a, {a}), ShardOf(GetParam().b, {b})});
  EXPECT_EQ(merged.tests[0].binary.empty(), GetParam().one_program) << merged.binary;
  EXPECT_EQ(merged.tests.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, MergedBinaries,
    testing::Values(BinaryRow{"OnePath", "build/a_test", "build/a_test", "", true},
                    BinaryRow{"FromAnotherDirectory", "./a_test", "/ci/build/a_test", "", true},
                    BinaryRow{"OnAnotherMachine", "/m1/a_test", "/m2/a_test", "src/a_test.cc",
                              true},
                    BinaryRow{"AnotherOfThatName", "x/a_test", "y/a_test", "src/y_test.cc", false},
                    BinaryRow{"TheEndOfAName", "a_test", "build/aa_test", "src/a_test.cc", false},
                    BinaryRow{"Others", "build/a_test", "build/b_test", "src/a_test.cc", false}),
    [](const testing::TestParamInfo<BinaryRow>& row) { return std::string(row.param.name); });

TEST(MergeReports, OfTwoBinariesSayWhichTestIsWhere) {
  const Report merged = MergeReports(std::vector<Report>{
      ShardOf("a_test", {TestNamed("A"), TestNamed("B")}), ShardOf("b_test", {TestNamed("C")})});
  EXPECT_EQ(merged.binary, "a_test, b_test");
  ASSERT_EQ(merged.tests.size(), 3u);
  EXPECT_EQ(merged.tests[2].binary, "b_test");
  EXPECT_TRUE(merged.conflicts.empty());
}

// Findings name a test without its binary: what one leaks must not be held against the other.
TEST(MergeReports, TellTestsOfOneNameInTwoBinariesApart) {
  Report leaking = ShardOf("build/a.test", {TestNamed("A"), TestNamed("B")});
  leaking.findings = {FindingIn("A", "1")};
  Profile profile;
  profile.tests = {"S.A"};
  profile.peaks = {{"S.A", {}, 0, 0}};
  leaking.profiles = {profile};
  Report clean = ShardOf("build/b_test", {TestNamed("A")});
  clean.not_measured = {{"massif", "S.A", "it did not end"}};
  const Report merged = MergeReports(std::vector<Report>{leaking, clean});
  std::vector<std::string> verdicts;
  for (const TestReport& test : merged.tests) {
    verdicts.push_back(test.FullName() + " " + Name(test.verdict));
  }
  EXPECT_EQ(verdicts,
            (std::vector<std::string>{"a_test:S.A critical", "S.B clean", "b_test:S.A clean"}));
  EXPECT_EQ(merged.findings.at(0).tests, (std::vector<std::string>{"a_test:S.A"}));
  EXPECT_EQ(merged.profiles.at(0).tests, (std::vector<std::string>{"a_test:S.A"}));
  EXPECT_EQ(merged.profiles.at(0).peaks.at(0).test, "a_test:S.A");
  EXPECT_EQ(merged.not_measured.at(0).test, "b_test:S.A");
  EXPECT_TRUE(merged.conflicts.empty());
}

TEST(MergeReports, TellBinariesOfOneFileNameByTheirPaths) {
  const Report merged = MergeReports(std::vector<Report>{ShardOf("one/a_test", {TestNamed("A")}),
                                                         ShardOf("two/a_test", {TestNamed("A")})});
  ASSERT_EQ(merged.tests.size(), 2u);
  EXPECT_EQ(merged.tests[0].FullName(), "one/a_test:S.A");
  EXPECT_EQ(merged.tests[1].FullName(), "two/a_test:S.A");
}

TEST(MergeReports, OfATestThatIsInTwoPartsTakesTheWorseAndSaysSo) {
  Report a = ShardOf("a_test", {TestNamed("A"), TestNamed("B")});
  Report b = ShardOf("a_test", {TestNamed("A", TestStatus::kFailed), TestNamed("B")});
  a.findings = {FindingIn("B", "1")};
  a.findings[0].title = "lost memory";
  const Report merged = MergeReports(std::vector<Report>{a, b}, {"one", "two"});
  ASSERT_EQ(merged.tests.size(), 2u);
  EXPECT_EQ(VerdictsOf(merged), (std::vector<std::string>{"B critical", "A clean"}));
  EXPECT_EQ(merged.tests[1].status, TestStatus::kFailed);
  EXPECT_EQ(merged.conflicts,
            (std::vector<std::string>{
                "S.A passed in one and failed in two: the worse counts.",
                "`lost memory` in S.B was found in one and not in two, where the same test was "
                "measured too: what was found counts."}));
}

TEST(MergeReports, WhatAPartSuppressedOrDidNotMeasureContradictsNothing) {
  Report found = ShardOf("a_test", {TestNamed("A")});
  found.findings = {FindingIn("A", "1")};
  Report suppressed = ShardOf("a_test", {TestNamed("A")});
  suppressed.suppressions = {{"s.txt", 1, "leak:a", "", 1, false, false, {}}};
  Report gap = ShardOf("a_test", {TestNamed("A")});
  gap.tests[0].verdict = TestVerdict::kNotMeasured;
  EXPECT_TRUE(MergeReports(std::vector<Report>{found, suppressed, gap}).conflicts.empty());
}

TEST(MergeReports, SumsStagesUp) {
  Report a = ShardOf("a_test", {TestNamed("A")});
  a.stages = {"screen: 1,200 tests in 1.2 s, libmemprof.so preloaded", "confirm: 1 suspect alone"};
  Report b = ShardOf("a_test", {TestNamed("B")});
  b.stages = {"screen: 1 test in 2 min 3 s, libmemprof.so preloaded", "trace: as it is"};
  const Report merged = MergeReports(std::vector<Report>{a, b});
  EXPECT_EQ(merged.stages,
            (std::vector<std::string>{"screen: 1,201 tests, libmemprof.so preloaded, in 2 reports",
                                      "confirm: 1 suspect alone", "trace: as it is"}));
  const Report more = MergeReports(std::vector<Report>{merged, b});
  EXPECT_EQ(more.stages[0], "screen: 1,202 tests, libmemprof.so preloaded, in 3 reports");
}

TEST(MergeReports, AHeapThatOneBinaryHidesIsTheOthersToTell) {
  Report asan = ShardOf("a_test", {TestNamed("A")});
  asan.not_measured = {{"heap", "", "AddressSanitizer answers malloc"}, {"lsan", "", "no ptrace"}};
  Report plain = ShardOf("b_test", {TestNamed("B")});
  const Report merged = MergeReports(std::vector<Report>{asan, plain}, {"one", "two"});
  EXPECT_EQ(VerdictsOf(merged), (std::vector<std::string>{"A not_measured", "B clean"}));
  EXPECT_EQ(merged.not_measured,
            (std::vector<NotMeasured>{{"heap", "S.A", "AddressSanitizer answers malloc"},
                                      {"lsan", "", "no ptrace (in one)"}}));
}

TEST(MergeReports, OfOneReportIsThatReport) {
  Report report = ShardOf("a_test", {TestNamed("A")});
  report.findings = {FindingIn("A", "2")};
  report.findings[0].baseline = BaselineState::kKnown;
  report.stages = {"screen: 1 test in 3 ms"};
  const Report merged = MergeReports(std::vector<Report>{report});
  EXPECT_EQ(merged.findings[0].fingerprint, "2");
  EXPECT_EQ(merged.findings[0].baseline, BaselineState::kKnown);
  EXPECT_EQ(merged.stages, report.stages);
}

TEST(MergeReports, OfNothingIsEmpty) {
  const Report merged = MergeReports({});
  EXPECT_TRUE(merged.tests.empty());
  EXPECT_EQ(merged.summary.tests, 0);
}

// A sanitizer's malloc hides what a test keeps, so that nothing found is nothing known.
TEST(Summarize, WithoutAMeasuredHeapNoTestIsClean) {
  Report report;
  TestReport test;
  test.suite = "A";
  test.name = "Passes";
  report.tests = {test};
  report.not_measured = {{"heap", "", "AddressSanitizer answers malloc"}};
  Summarize(&report);
  EXPECT_EQ(report.tests[0].verdict, TestVerdict::kNotMeasured);
}

}  // namespace
}  // namespace memprof
