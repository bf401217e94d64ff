// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "runner/report/markdown_text.h"
#include "runner/report/renderers.h"
#include "runner/report/step_summary.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

std::size_t Count(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

void ExpectInOrder(const std::string& text, std::initializer_list<const char*> pieces) {
  std::size_t at = 0;
  for (const char* piece : pieces) {
    const std::size_t found = text.find(piece, at);
    ASSERT_NE(found, std::string::npos) << piece << "\nin\n" << text;
    at = found;
  }
}

TEST(Markdown, LeadsWithCountsThenTheTableThenTheDetailsWorstFirst) {
  ExpectInOrder(RenderMarkdown(SampleReport(), {}),
                {"<!-- memprof report: default -->\n### memprof: 3 CRITICAL, 1 WARNING, 1 "
                 "OPTIMIZATION in 8 tests\n",
                 "less kept per run", "not measured: massif: valgrind is not installed",
                 "lsan: the test cannot run twice (Cache.Refresh, +1 more)",
                 "| critical 1 | cache without eviction: +17.2 KiB per run", "| critical 2 | ",
                 "| warning 1 | ", "| optimization 1 | ",
                 "<details open><summary><b>critical 1</b>", "**Cause:** every call inserts",
                 "**Fix:** give the map a capacity", "```diff\n--- a/src/consolidation.cpp",
                 "- saves: 17.2 KiB a run", "held by   ", "memprof run --filter 'Cache.Lookup'",
                 "<details><summary><b>critical 2</b>", "- no diff: "});
}

TEST(Markdown, SaysWhatTheBaselineKnowsAndWhatBecameOfSuppressions) {
  const std::string text = RenderMarkdown(PolicyReport(), {});
  ExpectInOrder(text, {" tests: 2 new, 1 worse, 2 known\n",
                       "against the baseline: 2 new, 1 worse, 2 known; 2 of its 6 findings gone",
                       "suppressed: 3 findings", "does not cover +3 descriptors per run",
                       "matches nothing any more", "expired", "| critical 1, new |",
                       "| warning 1, worse |", "| critical 2, known |"});
}

TEST(Markdown, OpensNothingWhereTheBaselineKnowsAll) {
  Report report = PolicyReport();
  EXPECT_EQ(Count(RenderMarkdown(report, {}), "<details open>"), 1u);
  for (Finding& finding : report.findings) finding.baseline = BaselineState::kKnown;
  EXPECT_EQ(Count(RenderMarkdown(report, {}), "<details open>"), 0u);
}

TEST(Markdown, OfFiveThousandFindingsFitsIntoACommentAndSaysWhatItLeavesOut) {
  const std::string text = RenderMarkdown(ManyFindings(5000, 5000), {});
  EXPECT_LE(text.size(), 60'000u);
  EXPECT_GT(text.size(), 50'000u);
  EXPECT_NE(text.find(" more, left out here for want of room: the report has them.\n"),
            std::string::npos);
  EXPECT_NE(text.find("Without details here, for want of room: "), std::string::npos);
  EXPECT_EQ(Count(text, "<details"), Count(text, "</details>"));
  EXPECT_EQ(Count(text, "\n```") % 2, 0u);
}

TEST(Markdown, ADiffThatIsTooLongIsLeftOutWholeWithAWord) {
  Report report = SampleReport();
  report.findings[0].fix->diff = std::string(7'000, '+');
  const std::string text = RenderMarkdown(report, {});
  EXPECT_NE(text.find("_The diff (6.8 KiB) is left out here for want of room"), std::string::npos);
  EXPECT_EQ(text.find("++++"), std::string::npos);
}

TEST(Markdown, NamesOfAnyLengthLeaveItWithinItsLimit) {
  Report report = ManyFindings(100, 100);
  for (Finding& finding : report.findings) {
    finding.title = std::string(50'000, '|');
    finding.cause = std::string(50'000, '<');
    finding.tests.assign(300, std::string(900, '@'));
    finding.location.file = std::string(50'000, 'f');
  }
  report.crash = report.binary = std::string(50'000, '#');
  report.conflicts.assign(1'000, std::string(1'000, '&'));
  EXPECT_LE(RenderMarkdown(report, {}).size(), 60'000u);
  EXPECT_LE(RenderStepSummary(report, {}).size(), 900u * 1024);
}

TEST(Markdown, HostileTextStaysText) {
  const std::string text = RenderMarkdown(HostileReport(), {});
  EXPECT_EQ(text.find_first_of("\x1b\x01\xff"), std::string::npos) << text;
  EXPECT_NE(text.find("\"quoted\" &lt;b&gt; &amp; 'x' red"), std::string::npos) << text;
  RenderOptions options;
  options.configuration = "x --> <b>\n";
  EXPECT_TRUE(RenderMarkdown(CleanReport(), options).starts_with("<!-- memprof report: x_____"));
}

TEST(Markdown, OfAConfigurationIsACommentOfItsOwnThatNamesIt) {
  RenderOptions options;
  options.configuration = "asan";
  EXPECT_TRUE(RenderMarkdown(CleanReport(), options)
                  .starts_with("<!-- memprof report: asan -->\n"
                               "### memprof: no leaks detected in 3 tests (asan)\n"));
}

TEST(Markdown, WithinASummaryShowsNoBackslashes) {
  EXPECT_EQ(MarkdownHtml("a_b[] <T&> \"#1\"\n\n@x", 100),
            "a_b[] &#60;T&#38;&#62; &#34;&#35;1&#34; &#64;x");
}

TEST(Markdown, OfACleanRunIsOneLineAndOfABrokenOneSaysWhy) {
  EXPECT_EQ(RenderStepSummary(CleanReport(), {}),
            "### memprof: no leaks detected in 3 tests\n\n- of build/ring\\_test\n");
  ExpectInOrder(
      RenderStepSummary(BrokenReport(), {}),
      {"nothing found in 3 tests, of which not everything was measured",
       "**The test binary ended early**", "**The run was interrupted**", "not measured: "});
}

TEST(StepSummary, OfFiveThousandFindingsStaysBelow900KiBAndSaysWhatItLeavesOut) {
  const std::string text = RenderStepSummary(ManyFindings(5000, 5000), {});
  EXPECT_LE(text.size(), 900u * 1024);
  EXPECT_GT(text.size(), 800u * 1024);
  EXPECT_NE(text.find("Without details here, for want of room: "), std::string::npos);
  EXPECT_EQ(Count(text, "<details"), Count(text, "</details>"));
}

TEST(StepSummary, ShrinksToTheRoomThereIs) {
  const Report report = ManyFindings(500, 500);
  for (const std::size_t bytes : {100'000u, 9'000u, 500u, 50u}) {
    EXPECT_LE(StepSummaryWithin(report, bytes).size(), bytes);
  }
  EXPECT_NE(StepSummaryWithin(report, 500).find("the step's summary is full"), std::string::npos);
  EXPECT_EQ(StepSummaryWithin(report, 50), "");
}

}  // namespace
}  // namespace memprof
