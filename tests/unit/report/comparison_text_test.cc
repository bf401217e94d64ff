// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/comparison_text.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/compare/sample_leaks.h"

namespace memprof {
namespace {

std::string Text(const Report& base, const Report& now, bool verbose = false) {
  RenderOptions options;
  options.verbose = verbose;
  return RenderComparisonText(Compare(base, now), now, options);
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ComparisonText, OfAMendedLeakSaysNoLeaksDetected) {
  const std::string text = Text(ReportOf({LeakFinding({})}), ReportOf({}));
  EXPECT_TRUE(Has(text, "FIXED 1  critical: lost owner: +16 B per run")) << text;
  EXPECT_TRUE(Has(text, "before    16 B in 1 block a run")) << text;
  EXPECT_TRUE(Has(text, "0 B ▁▃▆█ 48 B")) << text;
  EXPECT_TRUE(Has(text, "No leaks detected in 1 test.\n1 fixed\n")) << text;
}

TEST(ComparisonText, SaysNoLeaksOnlyWhereAllWasMeasured) {
  Report now = ReportOf({}, {"A.One", "A.Two"});
  now.not_measured.push_back({"lsan", "A.Two", "ptrace is not permitted"});
  const std::string text = Text(ReportOf({LeakFinding({})}), now);
  EXPECT_FALSE(Has(text, "No leaks")) << text;
  EXPECT_TRUE(Has(text, "of which not everything was measured")) << text;
}

TEST(ComparisonText, SaysWhyAFindingIsUnknown) {
  Report now = ReportOf({}, {"A.One"});
  now.tests[0].status = TestStatus::kCrashed;
  now.crash = "killed by SIGSEGV in A.One";
  const std::string text = Text(ReportOf({LeakFinding({})}), now);
  EXPECT_TRUE(Has(text, "NOT MEASURED 1")) << text;
  EXPECT_TRUE(Has(text, "unknown   A.One crashed")) << text;
  EXPECT_TRUE(Has(text, "its test binary ended early: killed by SIGSEGV")) << text;
  EXPECT_FALSE(Has(text, "No leaks")) << text;
}

TEST(ComparisonText, HasBothSidesOfWhatGotWorse) {
  const std::string text =
      Text(ReportOf({LeakFinding({.bytes = 100})}), ReportOf({LeakFinding({.bytes = 150})}));
  EXPECT_TRUE(Has(text, "WORSE 1")) << text;
  EXPECT_TRUE(Has(text, "before    100 B in 1 block a run")) << text;
  EXPECT_TRUE(Has(text, "after     150 B in 1 block a run")) << text;
  EXPECT_TRUE(Has(text, "change    +50 %")) << text;
}

TEST(ComparisonText, ListsKnownFindingsOnlyWhenAsked) {
  const Report report = ReportOf({LeakFinding({})});
  EXPECT_FALSE(Has(Text(report, report), "KNOWN 1"));
  EXPECT_TRUE(Has(Text(report, report), "1 known; -v lists the known"));
  EXPECT_TRUE(Has(Text(report, report, true), "KNOWN 1"));
  EXPECT_FALSE(Has(Text(report, report), "No leaks"));
}

TEST(ComparisonText, ANewFindingIsToldInFull) {
  Finding finding = LeakFinding({});
  finding.cause = "Nothing points to this memory any more";
  const std::string text = Text(ReportOf({}), ReportOf({finding}));
  EXPECT_TRUE(Has(text, "NEW 1")) << text;
  EXPECT_TRUE(Has(text, "cause     Nothing points")) << text;
  EXPECT_TRUE(Has(text, "1 finding new or worse in 1 test.")) << text;
}

}  // namespace
}  // namespace memprof
