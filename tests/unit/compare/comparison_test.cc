// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/comparison.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/unit/compare/sample_leaks.h"

namespace memprof {
namespace {

/// "new:20 known:10": each finding's change and the line it is shown with.
std::string Changes(const Report& base, const Report& now) {
  std::string text;
  for (const ComparedFinding& each : Compare(base, now).findings) {
    const Finding& shown = each.after ? *each.after : *each.before;
    if (!text.empty()) text += " ";
    text += std::string(Name(each.change)) + ":" + std::to_string(shown.location.line);
  }
  return text;
}

TEST(Comparison, OfAReportWithItselfKnowsAll) {
  const Report report = ReportOf({LeakFinding({.line = 10}), LeakFinding({.line = 20})});
  EXPECT_EQ(Changes(report, report), "known:10 known:20");
}

TEST(Comparison, ShowsTheWorstFirst) {
  const Report base = ReportOf({
      LeakFinding({.function = "app::Known"}),
      LeakFinding({.function = "app::Fixed"}),
      LeakFinding({.function = "app::Unknown", .test = "A.Skipped"}),
      LeakFinding({.function = "app::Worse"}),
      LeakFinding({.function = "app::Better"}),
  });
  Report now = ReportOf(
      {
          LeakFinding({.function = "app::Better", .bytes = 8}),
          LeakFinding({.function = "app::Known", .bytes = 17}),
          LeakFinding({.function = "app::New", .bytes = 1}),
          LeakFinding({.function = "app::Worse", .bytes = 18}),
      },
      {"A.One", "A.Skipped"});
  TestOf("A.Skipped", &now).status = TestStatus::kSkipped;
  std::string text;
  for (const ComparedFinding& each : Compare(base, now).findings) {
    text += std::string(Name(each.change)) + " ";
    text += (each.after ? each.after : each.before)->location.function + "\n";
    EXPECT_EQ(each.before.has_value(), each.change != Change::kNew);
    EXPECT_EQ(each.why_not_measured.empty(), each.change != Change::kNotMeasured);
  }
  EXPECT_EQ(text,
            "new app::New\n"
            "worse app::Worse\n"
            "not measured app::Unknown\n"
            "fixed app::Fixed\n"
            "better app::Better\n"
            "known app::Known\n");
}

TEST(Comparison, LinesAboveDoNotCount) {
  EXPECT_EQ(Changes(ReportOf({LeakFinding({.line = 10, .text = "a = new A;"})}),
                    ReportOf({LeakFinding({.line = 500, .text = "a = new A;"})})),
            "known:500");
}

TEST(Comparison, AFunctionThatMovedToAnotherFileIsTheSame) {
  Finding moved = LeakFinding({});
  moved.location.file = "src/other.cc";
  moved.stack[0].file = "src/other.cc";
  EXPECT_EQ(Changes(ReportOf({LeakFinding({})}), ReportOf({moved})), "known:10");
}

TEST(Comparison, AHigherSeverityIsWorseEvenWithLess) {
  Finding warning = LeakFinding({.bytes = 100});
  warning.severity = Severity::kWarning;
  const Finding critical = LeakFinding({.bytes = 50});
  EXPECT_EQ(Changes(ReportOf({warning}), ReportOf({critical})), "worse:10");
  EXPECT_EQ(Changes(ReportOf({critical}), ReportOf({warning})), "worse:10") << "twice the bytes";
  warning.impact.bytes_per_iteration = 50;
  EXPECT_EQ(Changes(ReportOf({critical}), ReportOf({warning})), "better:10");
}

TEST(Comparison, DescriptorsAreCounted) {
  Finding descriptors = LeakFinding({.bytes = 0});
  descriptors.kind = FindingKind::kFdLeak;
  descriptors.impact = {};
  descriptors.impact.count = 1;
  Finding more = descriptors;
  more.impact.count = 2;
  EXPECT_EQ(Changes(ReportOf({descriptors}), ReportOf({more})), "worse:10");
  EXPECT_EQ(Changes(ReportOf({more}), ReportOf({descriptors})), "better:10");
}

struct Shift {
  const char* name;
  Leak known;
  Leak added;
};

void PrintTo(const Shift& shift, std::ostream* out) { *out << shift.name; }

class ShiftedOrdinals : public testing::TestWithParam<Shift> {};

TEST_P(ShiftedOrdinals, OneLeakMoreInAFunctionIsTheOnlyNewOne) {
  Leak known = GetParam().known;
  Leak added = GetParam().added;
  known.line = 10;
  const Report base = ReportOf({LeakFinding(known)});
  added.line = 20;
  EXPECT_EQ(Changes(base, ReportOf({LeakFinding(known), LeakFinding(added)})), "new:20 known:10")
      << "added below";
  known.line = 13;
  added.line = 11;
  EXPECT_EQ(Changes(base, ReportOf({LeakFinding(known), LeakFinding(added)})), "new:11 known:13")
      << "added above";
}

INSTANTIATE_TEST_SUITE_P(
    Comparison, ShiftedOrdinals,
    testing::Values(
        Shift{"ByLineText", {.text = "auto* a = new A;"}, {.text = "items_.push_back(new B);"}},
        Shift{
            "ByLineTextOfOneWordMore", {.text = "auto* a = new A;"}, {.text = "auto* b = new A;"}},
        Shift{"BySizeWithoutText", {.bytes = 16}, {.bytes = 48}},
        Shift{"ByLibraryWithoutText", {.library = "std::make_shared<A>"}, {.library = ""}},
        Shift{"ByTestWithoutText", {.test = "A.One"}, {.test = "A.Two"}}),
    [](const auto& each) { return each.param.name; });

TEST(Comparison, TheHolderTellsFindingsOfAFunctionApart) {
  const auto held = [](int line, const char* by) {
    Finding finding = LeakFinding({.line = line});
    finding.kind = FindingKind::kMemoryGrowth;
    finding.held_by = HeldBy{by, "std::vector<int>", "", 0};
    return finding;
  };
  EXPECT_EQ(Changes(ReportOf({held(10, "app::log")}),
                    ReportOf({held(9, "app::cache"), held(11, "app::log")})),
            "new:9 known:11");
}

TEST(Comparison, AHolderThatIsNotKnownSpeaksNotAgainstIt) {
  const auto held = [](int line, const char* by) {
    Finding finding = LeakFinding({.line = line});
    if (*by != '\0') finding.held_by = HeldBy{by, "std::vector<int>", "", 0};
    return finding;
  };
  EXPECT_EQ(
      Changes(ReportOf({held(10, "app::log")}), ReportOf({held(10, "app::cache"), held(12, "")})),
      "new:10 known:12");
}

TEST(Comparison, ASizeThatIsAboutTheSameTellsThemApart) {
  EXPECT_EQ(Changes(ReportOf({LeakFinding({.line = 10, .bytes = 1000})}),
                    ReportOf({LeakFinding({.line = 10, .bytes = 500}),
                              LeakFinding({.line = 12, .bytes = 1050})})),
            "new:10 known:12");
}

TEST(Comparison, OfEqualLeaksExactlyOneIsNew) {
  const Report base = ReportOf({LeakFinding({.line = 10})});
  const Report now = ReportOf({LeakFinding({.line = 10}), LeakFinding({.line = 12})});
  const Comparison comparison = Compare(base, now);
  EXPECT_EQ(comparison.Count(Change::kNew), 1);
  EXPECT_EQ(comparison.Count(Change::kKnown), 1);
  EXPECT_EQ(Compare(now, base).Count(Change::kFixed), 1);
}

TEST(Comparison, AnEditedLineIsStillTheSameLeak) {
  const Report base = ReportOf({LeakFinding({.text = "auto* a = new char[16];", .bytes = 16})});
  const Report now = ReportOf({LeakFinding({.text = "auto* a = new char[64];", .bytes = 64})});
  EXPECT_EQ(Changes(base, now), "worse:10");
}

TEST(Comparison, ARemarkBehindALineDoesNotCount) {
  const Report base = ReportOf({LeakFinding({.text = "list.push_back(strdup(name));"})});
  const Report now = ReportOf({LeakFinding(
      {.text = "list.push_back(strdup(name));  // the caller frees it, which none of them does",
       .bytes = 64})});
  EXPECT_EQ(Changes(base, now), "worse:10");
}

TEST(Comparison, OneMendedAndAnotherMadeInAFunctionAreTwo) {
  const Report base = ReportOf({LeakFinding({.line = 10, .text = "auto* a = new A;"})});
  const Report now =
      ReportOf({LeakFinding({.line = 14, .text = "list.push_back(strdup(name));", .bytes = 5})});
  EXPECT_EQ(Changes(base, now), "new:14 fixed:10");
}

TEST(Comparison, WaysToWasteOfOneCallAreFindingsEach) {
  const auto waste = [](Pattern pattern) {
    Finding finding = LeakFinding({});
    finding.kind = FindingKind::kOptimization;
    finding.severity = Severity::kOptimization;
    finding.pattern = pattern;
    finding.fingerprint = Name(pattern);
    return finding;
  };
  Report base = ReportOf({});
  base.findings = {waste(Pattern::kDuplicateData)};
  Report now = ReportOf({});
  now.findings = {waste(Pattern::kTemporaryAllocation)};
  EXPECT_EQ(Compare(base, now).Count(Change::kNew), 1);
  EXPECT_EQ(Compare(base, now).Count(Change::kFixed), 1);
}

TEST(Comparison, FindingsWithoutAStackMatchByFingerprint) {
  Finding finding = LeakFinding({});
  finding.stack.clear();
  finding.fingerprint = "00000000000000aa";
  Report base = ReportOf({});
  base.findings = {finding};
  Report now = base;
  EXPECT_EQ(Changes(base, now), "known:10");
  now.findings[0].fingerprint = "00000000000000bb";
  EXPECT_EQ(Changes(base, now), "new:10 fixed:10");
}

struct Row {
  const char* name;
  std::function<void(Report*)> change;  ///< what the second run did
  std::string why;                      ///< empty: the finding is fixed
  std::function<void(Finding*)> finding = [](Finding*) {};
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class FixedOrUnknown : public testing::TestWithParam<Row> {};

TEST_P(FixedOrUnknown, DependsOnWhatWasMeasured) {
  Finding finding = LeakFinding({.test = "A.One"});
  GetParam().finding(&finding);
  const Report base = ReportOf({finding}, {"A.One", "A.Two", "B.Three"});
  Report now = ReportOf({}, {"A.One", "A.Two", "B.Three"});
  GetParam().change(&now);
  const Comparison comparison = Compare(base, now);
  ASSERT_EQ(comparison.findings.size(), 1u);
  EXPECT_EQ(comparison.findings[0].why_not_measured, GetParam().why);
  EXPECT_EQ(comparison.findings[0].change,
            GetParam().why.empty() ? Change::kFixed : Change::kNotMeasured);
}

void Erase(const std::string& test, Report* report) {
  std::erase_if(report->tests, [&](const TestReport& each) { return each.FullName() == test; });
}

std::function<void(Report*)> Status(TestStatus status) {
  return [status](Report* now) { TestOf("A.One", now).status = status; };
}

std::function<void(Report*)> Gap(const char* tool, const char* test) {
  return [=](Report* now) { now->not_measured.push_back({tool, test, "why not"}); };
}

void OfSuite(Finding* finding) {
  finding->tests.clear();
  finding->scope_label = "suite A (SetUpTestSuite)";
}

void OfProgram(Finding* finding) {
  finding->tests.clear();
  finding->scope_label = "program (before the first test)";
}

void ByLsanAlone(Finding* finding) { finding->evidence = {{"lsan", "unreachable"}}; }
void OfDescriptors(Finding* finding) { finding->kind = FindingKind::kFdLeak; }
void OfPeak(Finding* finding) { finding->kind = FindingKind::kPeakSpike; }
void OfTwoTests(Finding* finding) { finding->tests = {"A.Gone", "A.One"}; }

INSTANTIATE_TEST_SUITE_P(
    Comparison, FixedOrUnknown,
    testing::Values(
        Row{"ItsTestPassed", Status(TestStatus::kPassed), ""},
        Row{"ItsTestFailed", Status(TestStatus::kFailed), ""},
        Row{"ItsTestCrashed", Status(TestStatus::kCrashed), "A.One crashed"},
        Row{"ItsTestTimedOut", Status(TestStatus::kTimedOut), "A.One timed out"},
        Row{"ItsTestWasSkipped", Status(TestStatus::kSkipped), "A.One was skipped"},
        Row{"ItsTestDidNotRun", [](Report* now) { Erase("A.One", now); }, "A.One did not run"},
        Row{"OneOfItsTestsRan", [](Report*) {}, "", OfTwoTests},
        Row{"Interrupted", [](Report* now) { now->interrupted = true; }, "the run was interrupted"},
        Row{"AnotherTestCrashed", [](Report* now) { now->crash = "killed by SIGSEGV in B.Three"; },
            ""},
        Row{"NoTriage", Gap("triage", "A.One"), "triage of A.One: why not"},
        Row{"NoTriageOfAnother", Gap("triage", "A.Two"), ""},
        Row{"NoHeap", Gap("heap", ""), "heap: why not"},
        Row{"NoScreen", Gap("screen", ""), "screen: why not"},
        Row{"NoLsanAndOthersSawIt", Gap("lsan", "A.One"), ""},
        Row{"NoLsanAndItAloneSawIt", Gap("lsan", "A.One"), "lsan of A.One: why not", ByLsanAlone},
        Row{"LsanLeftOutOfTheRun", Gap("lsan", ""), "lsan: why not", ByLsanAlone},
        Row{"NoHeapForDescriptors", Gap("heap", ""), "", OfDescriptors},
        Row{"NoDescriptors", Gap("descriptors", ""), "descriptors: why not", OfDescriptors},
        Row{"NoTriageForPeaks", Gap("triage", "A.One"), "", OfPeak},
        Row{"NoHeapForPeaks", Gap("heap", ""), "heap: why not", OfPeak},
        Row{"SuiteRan", [](Report* now) { Erase("A.One", now); }, "", OfSuite},
        Row{"SuiteDidNotRun",
            [](Report* now) {
              Erase("A.One", now);
              Erase("A.Two", now);
            },
            "no test of suite A ran to its end", OfSuite},
        Row{"ProgramRan", [](Report* now) { Erase("A.One", now); }, "", OfProgram},
        Row{"ProgramCrashed", [](Report* now) { now->crash = "killed by SIGSEGV"; },
            "the test binary ended early: killed by SIGSEGV", OfProgram},
        Row{"ProgramWithoutTests", [](Report* now) { now->tests.clear(); },
            "no test ran to its end", OfProgram}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace memprof
