// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

std::vector<std::string> Lines(const Report& report) {
  std::istringstream text(RenderGithub(report, {}));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

Report ReportOf(const Finding& finding) {
  Report report = CleanReport();
  report.findings = {finding};
  return report;
}

TEST(Github, EscapesWhatEndsAPropertyAndWhatEndsALine) {
  const struct {
    const char* file;
    const char* title;
    const char* expected;  ///< beginning of the command
  } kRows[] = {
      {"src/a.cc", "plain",
       "::error file=src/a.cc,line=3,title=memprof memory-leak%3A plain::plain"},
      {"a,b:c%.cc", "x", "::error file=a%2Cb%3Ac%25.cc,line=3,"},
      {"a.cc", "50 %, a::b", "title=memprof memory-leak%3A 50 %25%2C a%3A%3Ab::50 %25, a::b%0A"},
      {"a.cc", "two\nlines\r", "::two lines%0Ain Ring.Wraps"},
      {"a.cc", "\x1b[31mred\x1b[0m \xff", "::red \xef\xbf\xbd%0A"},
  };
  for (const auto& row : kRows) {
    Finding finding;
    finding.severity = Severity::kCritical;
    finding.title = row.title;
    finding.tests = {"Ring.Wraps"};
    finding.location = {row.file, 3, "", ""};
    const std::string text = RenderGithub(ReportOf(finding), {});
    EXPECT_NE(text.find(row.expected), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  }
}

TEST(Github, EverySeverityHasItsTypeWorstFirst) {
  const std::vector<std::string> lines = Lines(SampleReport());
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_TRUE(lines[0].starts_with("::error file=src/consolidation.cpp,line=88,")) << lines[0];
  EXPECT_TRUE(lines[1].starts_with("::error file=src/core/name.cpp,line=42,")) << lines[1];
  EXPECT_TRUE(lines[3].starts_with("::warning file=src/graph.cpp,line=7,")) << lines[3];
  EXPECT_TRUE(lines[4].starts_with("::notice file=src/join.cpp,line=19,")) << lines[4];
  EXPECT_EQ(lines[5],
            "::notice title=memprof::not everything was measured: massif: valgrind is not "
            "installed; +3 more, see the summary");
}

TEST(Github, OfFiveThousandFindingsShowsNineOfATypeAndSaysHowManyMoreThereAre) {
  const std::vector<std::string> lines = Lines(ManyFindings(5000, 5000));
  EXPECT_EQ(lines.size(), 30u);
  for (const char* type : {"::error ", "::warning ", "::notice "}) {
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [&](const std::string& line) { return line.starts_with(type); }),
              10)
        << type;
  }
  EXPECT_EQ(lines[9], "::error title=memprof::+1,991 more, see the summary");
  EXPECT_EQ(lines[29], "::notice title=memprof::+991 more, see the summary");
}

TEST(Github, WhatTheBaselineKnowsIsOnlyCounted) {
  const std::string text = RenderGithub(PolicyReport(), {});
  EXPECT_EQ(text.find("src/consolidation.cpp"), std::string::npos) << text;
  EXPECT_NE(text.find("2 findings that the baseline knows are not annotated"), std::string::npos)
      << text;
}

TEST(Github, AFindingOutsideTheRootIsAtItsCaller) {
  Finding finding;
  finding.location = {"/opt/lib/make.cc", 3, "lib::Make", ""};
  finding.stack = {{"lib::Make", "/opt/lib/make.cc", 3, ""}, {"app::Up", "src/up.cc", 12, ""}};
  const std::string text = RenderGithub(ReportOf(finding), {});
  EXPECT_TRUE(text.starts_with("::warning file=src/up.cc,line=12,")) << text;
  EXPECT_NE(text.find("%0Ait is at /opt/lib/make.cc:3"), std::string::npos) << text;
}

TEST(Github, ACrashAndAnInterruptionAreErrorsAndACleanRunIsSilent) {
  const std::vector<std::string> lines = Lines(BrokenReport());
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].starts_with("::error title=memprof%3A the test binary ended early::"))
      << lines[0];
  EXPECT_TRUE(lines[1].starts_with("::error title=memprof%3A the run was interrupted::"));
  EXPECT_TRUE(Lines(CleanReport()).empty());
}

}  // namespace
}  // namespace memprof
