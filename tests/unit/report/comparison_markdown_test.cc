// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/report/comparison_text.h"
#include "runner/report/markdown_text.h"
#include "tests/unit/compare/sample_leaks.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

std::string Markdown(const Report& base, const Report& now) {
  return RenderComparisonMarkdown(Compare(base, now), now);
}

TEST(ComparisonMarkdown, HasBothSeriesSideBySide) {
  const std::string text =
      Markdown(ReportOf({LeakFinding({.bytes = 100})}), ReportOf({LeakFinding({.bytes = 150})}));
  EXPECT_NE(text.find("| 100 B in 1 block a run<br>0 B ▁▃▆█ 300 B "
                      "| 150 B in 1 block a run<br>0 B ▁▃▆█ 450 B |"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.starts_with("### memprof: 1 worse\n")) << text;
}

TEST(ComparisonMarkdown, OfAMendedLeakSaysNoLeaksDetected) {
  const std::string text = Markdown(ReportOf({LeakFinding({})}), ReportOf({}));
  EXPECT_NE(text.find("No leaks detected in 1 test."), std::string::npos) << text;
  EXPECT_NE(text.find("| not seen any more |"), std::string::npos) << text;
}

TEST(ComparisonMarkdown, FitsIntoACommentAndSaysWhatItLeavesOut) {
  std::vector<Finding> findings;
  for (int i = 0; i < 3000; ++i) {
    findings.push_back(LeakFinding({.function = fmt::format("app::Load{}", i)}));
  }
  findings.push_back(LeakFinding({.function = "app::New"}));
  findings.back().fix = Fix();
  findings.back().fix->diff = std::string(20000, '+');
  const Report now = ReportOf(findings);
  findings.pop_back();
  const std::string text = Markdown(ReportOf(findings), now);
  EXPECT_LE(text.size(), 60000u);
  EXPECT_NE(text.find("| **new** | critical | app::New<br>"), std::string::npos);
  EXPECT_NE(text.find("Left out here, for want of room: "), std::string::npos);
  EXPECT_NE(text.find(" known. `memprof diff -v` prints all."), std::string::npos);
}

TEST(ComparisonMarkdown, EveryFindingWithLongNamesStillFits) {
  std::vector<Finding> findings;
  for (int i = 0; i < 100; ++i) {
    findings.push_back(LeakFinding({.function = std::string(50000, '|') + std::to_string(i)}));
    findings.back().tests.assign(500, std::string(1000, '<'));
    findings.back().cause = std::string(100000, '&');
    findings.back().rerun = "memprof run";
  }
  EXPECT_LE(Markdown(ReportOf({}), ReportOf(findings)).size(), 60000u);
}

TEST(ComparisonMarkdown, EveryRowHasAsManyCells) {
  const std::string text = Markdown(CleanReport(), HostileReport());
  int rows = 0;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with('|')) continue;
    ++rows;
    int bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '\\') {
        ++i;
      } else {
        bars += line[i] == '|' ? 1 : 0;
      }
    }
    EXPECT_EQ(bars, 7) << line;
  }
  EXPECT_GT(rows, 2);
}

TEST(MarkdownText, MeansNothing) {
  EXPECT_EQ(MarkdownText("a|b<c>`d`\n*e* _f_ [g](h) @me #12 \\", 100),
            "a\\|b&lt;c&gt;\\`d\\` \\*e\\* \\_f\\_ \\[g\\](h) &#64;me &#35;12 \\\\");
}

TEST(MarkdownText, IsCutBeforeItIsEscaped) { EXPECT_EQ(MarkdownText("<<<<", 3), "&lt;&lt;…"); }

TEST(MarkdownFence, IsLongerThanAnyWithin) {
  EXPECT_EQ(MarkdownFence("a\n````\nb", "sh"), "`````sh\na\n````\nb\n`````\n");
}

}  // namespace
}  // namespace memprof
