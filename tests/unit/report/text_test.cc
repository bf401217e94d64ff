// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "runner/report/plain_text.h"
#include "runner/report/renderers.h"
#include "runner/report/sparkline.h"
#include "tests/unit/report/golden.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(Text, SampleIsAsApproved) { ExpectGolden("report.txt", RenderText(SampleReport(), {})); }

TEST(Text, SampleInColorIsAsApproved) {
  RenderOptions options;
  options.color = true;
  ExpectGolden("report.color.txt", RenderText(SampleReport(), options));
}

TEST(Text, VerboseSampleIsAsApproved) {
  RenderOptions options;
  options.verbose = true;
  ExpectGolden("report.verbose.txt", RenderText(SampleReport(), options));
}

TEST(Text, PolicyIsAsApproved) { ExpectGolden("policy.txt", RenderText(PolicyReport(), {})); }
TEST(Text, CleanIsAsApproved) { ExpectGolden("clean.txt", RenderText(CleanReport(), {})); }
TEST(Text, BrokenIsAsApproved) { ExpectGolden("broken.txt", RenderText(BrokenReport(), {})); }
TEST(Text, HostileIsAsApproved) { ExpectGolden("hostile.txt", RenderText(HostileReport(), {})); }

TEST(Text, ColorAddsEscapesAndNothingElse) {
  RenderOptions options;
  options.color = true;
  const std::string colored = RenderText(SampleReport(), options);
  EXPECT_TRUE(Contains(colored, "\x1b[1;31mCRITICAL 1\x1b[0m"));
  EXPECT_EQ(StripAnsi(colored), RenderText(SampleReport(), {}));
}

TEST(Text, FirstScreenTellsVerdictAndWorstFinding) {
  const std::vector<std::string> lines = Lines(RenderText(SampleReport(), {}));
  ASSERT_GT(lines.size(), 24u);
  EXPECT_EQ(lines[0], "memprof: build/cache_test, 8 tests");
  EXPECT_TRUE(lines[1].starts_with("3 CRITICAL, 1 WARNING, 1 OPTIMIZATION in 8 tests."));
  std::string screen;
  for (std::size_t i = 0; i < 24; ++i) screen += lines[i] + '\n';
  for (const char* needed : {"[8f2c91d0]", "src/consolidation.cpp:88", "cause", "fix"}) {
    EXPECT_TRUE(Contains(screen, needed)) << needed;
  }
}

TEST(Text, WorstComesFirstWhateverTheOrderOfFindings) {
  Report report = SampleReport();
  std::reverse(report.findings.begin(), report.findings.end());
  const std::string text = RenderText(report, {});
  EXPECT_LT(text.find("CRITICAL 1"), text.find("WARNING 1"));
  EXPECT_LT(text.find("WARNING 1"), text.find("OPTIMIZATION 1"));
}

TEST(Text, LinesFitInto100ColumnsAndEndWithoutSpaces) {
  Report report = SampleReport();
  for (int i = 0; i < 60; ++i) report.findings[0].cause += " and some more words";
  for (const std::string& line : Lines(RenderText(report, {}))) {
    EXPECT_LE(DisplayWidth(line), 100u) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(Text, NoLeaksIsNeverSaidOfWhatWasNotMeasured) {
  EXPECT_TRUE(Contains(RenderText(CleanReport(), {}), "No leaks detected in 3 tests.\n"));
  Report partly = CleanReport();
  partly.not_measured = {{"lsan", "", "ptrace is not permitted here"}};
  EXPECT_TRUE(Contains(RenderText(partly, {}),
                       "No leaks detected in 3 tests.\n"
                       "Not everything could be measured: see NOT MEASURED below.\n"));
  EXPECT_TRUE(Contains(RenderText(partly, {}), "the whole run: ptrace is not permitted here"));
  EXPECT_TRUE(Contains(RenderText(Report(), {}), "No test ran"));
  EXPECT_FALSE(Contains(RenderText(Report(), {}), "No leaks"));
  Report cut = CleanReport();
  cut.interrupted = true;
  EXPECT_TRUE(Contains(RenderText(cut, {}), "No leaks detected so far in 3 tests."));
}

TEST(Text, NoLeaksIsSaidOfTheTestsThatWereMeasured) {
  Report report = CleanReport();
  report.tests.back().verdict = TestVerdict::kNotMeasured;
  EXPECT_TRUE(Contains(RenderText(report, {}), "No leaks detected in 2 tests; 1 not measured.\n"));
  for (TestReport& test : report.tests) test.verdict = TestVerdict::kNotMeasured;
  const std::string text = RenderText(report, {});
  EXPECT_TRUE(Contains(text, "Nothing is known of the tests; 3 not measured.\n"));
  EXPECT_FALSE(Contains(text, "No leaks"));
}

TEST(Text, FailingTestsAreListedUpToTen) {
  Report report = LargeReport(13, 1);
  for (TestReport& test : report.tests) test.status = TestStatus::kFailed;
  const std::string text = RenderText(report, {});
  EXPECT_TRUE(Contains(text, "Suite0.Test9, +3 more"));
  EXPECT_FALSE(Contains(text, "Test10"));
}

TEST(Text, AbsentMembersLeaveNoLabels) {
  Report report;
  report.summary.tests = 1;
  report.summary.warning = 1;
  Finding finding;
  finding.title = "something is kept";
  report.findings = {finding};
  const std::string text = RenderText(report, {});
  for (const char* label : {"where", "growth", "held by", "cause", "fix", "rerun", "[", "null"}) {
    EXPECT_FALSE(Contains(text, label)) << label;
  }
}

TEST(Text, CodeWithoutLinesIsToldByModuleAndOffset) {
  Report report = CleanReport();
  Finding finding;
  finding.title = "lost memory";
  finding.location = {"tests/one_test.cc", 8, "One.IsLost"};
  finding.stack = {{"", "", 0, "/build/one_test", 0xd8ff},
                   {"Grow", "", 0, "/build/one_test", 0xd9ff},
                   {"testing::Test::Run", "", 0, "/build/one_test", 0x3cdd}};
  report.findings = {finding};
  const std::string text = RenderText(report, {});
  EXPECT_TRUE(Contains(text, "one_test+0xd8ff")) << text;
  EXPECT_TRUE(Contains(text, "← Grow")) << text;
  EXPECT_TRUE(Contains(text, "one_test+0xd9ff")) << text;
  EXPECT_FALSE(Contains(text, "one_test+0x3cdd")) << text;
}

/// The sample with a diff of `lines` lines as the fix of its first finding.
Report WithDiffOf(int lines) {
  Report report = SampleReport();
  std::string diff;
  for (int i = 1; i <= lines; ++i) diff += "+  line " + std::to_string(i) + ";\n";
  report.findings[0].fix->diff = diff;
  return report;
}

TEST(Text, LongDiffIsCutAndTheWholeIsNamed) {
  const std::string text = RenderText(WithDiffOf(45), {});
  EXPECT_TRUE(Contains(text, "+  line 40;\n"));
  EXPECT_FALSE(Contains(text, "line 41;"));
  EXPECT_TRUE(Contains(text, "… 5 more lines: the whole is in report.json\n"));
  EXPECT_TRUE(Contains(RenderText(WithDiffOf(40), {}), "+  line 40;\n"));
  EXPECT_FALSE(Contains(RenderText(WithDiffOf(40), {}), "more line"));
  RenderOptions verbose;
  verbose.verbose = true;
  EXPECT_TRUE(Contains(RenderText(WithDiffOf(45), verbose), "line 45;"));
}

TEST(Text, EmptyLinesOfADiffHaveNoBlanksAtTheirEnd) {
  Report report = SampleReport();
  report.findings[0].fix->diff = "--- a/x\n+++ b/x\n@@ -1,2 +1,3 @@\n \n+new  \n\n last\n";
  for (const std::string& line : Lines(RenderText(report, {}))) {
    EXPECT_FALSE(line.ends_with(' ')) << line;
  }
}

TEST(Text, SystemicPatternsByPatternAreToldOnce) {
  Report report = SampleReport();
  report.summary.systemic[0].by = SystemicPattern::By::kPattern;
  EXPECT_FALSE(Contains(RenderText(report, {}), "systemic"));
}

TEST(Text, DiffHasACommandThatAppliesIt) {
  RenderOptions options;
  options.fixes_directory = "memprof-out/fixes";
  const std::string text = RenderText(WithDiffOf(45), options);
  EXPECT_TRUE(Contains(text, "            patch -p1 < memprof-out/fixes/8f2c91d0.patch\n"));
  EXPECT_TRUE(Contains(text, "the whole is in memprof-out/fixes/8f2c91d0.patch\n"));
  EXPECT_TRUE(
      Contains(text,
               "  to apply  patch -p1 < memprof-out/fixes/FILE in the source root\n"
               "            then build, run again with --out NEW, and compare: memprof diff "
               "memprof-out NEW\n"));
  Report without = SampleReport();
  without.findings[0].fix->diff.clear();
  EXPECT_FALSE(Contains(RenderText(without, options), "patch"));
}

TEST(Text, DiffIsAppliedFromWhereTheUserIs) {
  RenderOptions options;
  options.fixes_directory = "my out/it's/fixes";
  options.patch_directory = "../..";
  const std::string text = RenderText(WithDiffOf(45), options);
  EXPECT_TRUE(Contains(text, "patch -p1 -d ../.. < 'my out/it'\\''s/fixes/8f2c91d0.patch'\n"))
      << text;
  EXPECT_FALSE(Contains(text, "in the source root"));
}

TEST(Text, WhatToDoFirstIsNotCutOff) {
  Report report = SampleReport();
  report.findings[0].title = "memory grows: " + std::string(60, 'x') + " the end";
  const std::string text = RenderText(report, {});
  const std::size_t first = text.find("do first");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(text.find("the end", first), std::string::npos) << text;
}

TEST(Text, CodeOfAlternativesIsForVerbose) {
  RenderOptions verbose;
  verbose.verbose = true;
  EXPECT_FALSE(Contains(RenderText(SampleReport(), {}), "consolidation_cache.clear();"));
  EXPECT_TRUE(Contains(RenderText(SampleReport(), verbose), "consolidation_cache.clear();"));
}

TEST(Text, WhatTheBaselineKnowsComesLastAndInShort) {
  const std::string text = RenderText(PolicyReport(), {});
  const std::size_t known = text.find("KNOWN TO THE BASELINE");
  ASSERT_NE(known, std::string::npos);
  EXPECT_LT(text.find("OPTIMIZATION 1"), known);
  EXPECT_GT(text.find("[8f2c91d0]"), known);
  EXPECT_FALSE(Contains(text, "inserts into a static map"));
  EXPECT_TRUE(Contains(text, "in 8 tests: 2 new, 1 worse, 2 known.\n"));
  RenderOptions verbose;
  verbose.verbose = true;
  EXPECT_TRUE(Contains(RenderText(PolicyReport(), verbose), "inserts into a static map"));
}

TEST(Text, NoLeaksIsNotSaidWithoutWhatWasSuppressed) {
  Report report = CleanReport();
  EXPECT_FALSE(Contains(RenderText(report, {}), "suppressed"));
  report.summary.suppressed = 2;
  EXPECT_TRUE(Contains(RenderText(report, {}), ". 2 suppressed.\n"));
}

TEST(Text, WhatIsKnownNamesItsTest) {
  Report report = PolicyReport();
  const std::string name = "Warehouse.KeepsALongNameThatIsOnTheHeapOfTheProgram";
  for (Finding& finding : report.findings) finding.tests = {name};
  const std::string text = RenderText(report, {});
  const std::size_t known = text.find("KNOWN TO THE BASELINE");
  ASSERT_NE(known, std::string::npos);
  EXPECT_NE(text.find("test      " + name, known), std::string::npos) << text;
}

TEST(Text, AtMostFiveSystemicPatternsAreShown) {
  Report report = SampleReport();
  for (int i = 0; i < 9; ++i) {
    report.summary.systemic.push_back(report.summary.systemic[0]);
    report.summary.systemic.back().text = "pattern " + std::to_string(i);
  }
  const std::string text = RenderText(report, {});
  EXPECT_TRUE(Contains(text, "pattern 3\n"));
  EXPECT_FALSE(Contains(text, "pattern 4\n"));
}

TEST(Text, AnUnknownPatternTellsWhatIsKnown) {
  Report report = SampleReport();
  report.findings[0].pattern = Pattern::kUnknown;
  const std::string text = RenderText(report, {});
  EXPECT_TRUE(Contains(text, "  pattern   unknown: keys are looked up"));
  EXPECT_TRUE(Contains(text, "CRITICAL 1  memory grows: +17.2 KiB"));
}

TEST(Text, WrappingKeepsLongWordsWhole) {
  EXPECT_EQ(Wrapped("one two three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(Wrapped("a /very/long/path/to/it b", 6),
            (std::vector<std::string>{"a", "/very/long/path/to/it", "b"}));
  EXPECT_EQ(Wrapped("", 6), (std::vector<std::string>{""}));
}

TEST(Sparkline, DrawsLeastAndGreatestAndSamplesTheRest) {
  const std::vector<std::int64_t> eight = {0, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(Sparkline(eight), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(Sparkline(eight, 2), "▁█");
  EXPECT_EQ(Sparkline(std::vector<std::int64_t>{5, 5, 5}), "▁▁▁");
  EXPECT_EQ(Sparkline({}), "");
  EXPECT_EQ(Sparkline(eight, 1), "█");
  EXPECT_EQ(Sparkline(std::vector<std::int64_t>{INT64_MIN, 0, INT64_MAX}), "▁▅█");
  EXPECT_EQ(DisplayWidth(Sparkline(std::vector<std::int64_t>(1024, 1))), 24u);
}

}  // namespace
}  // namespace memprof
