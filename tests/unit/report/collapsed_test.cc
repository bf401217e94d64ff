// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/renderers.h"
#include "tests/unit/report/sample_profile.h"

namespace memprof {
namespace {

Report ReportOf(std::vector<Profile> profiles) {
  Report report;
  report.profiles = std::move(profiles);
  return report;
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::int64_t SumOf(const std::string& text, const std::string& root = "") {
  std::int64_t sum = 0;
  for (const std::string& line : LinesOf(text)) {
    if (line.starts_with(root)) sum += std::stoll(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

/// Two calls of one function, 3 runs.
Profile SmallProfile() {
  Profile profile;
  profile.tests = {"A.B"};
  profile.runs = 3;
  profile.frames = {{"f(int)", "a.cc", 1, "/bin/t", 16},
                    {"f(int)", "a.cc", 2, "/bin/t", 32},
                    {"main", "a.cc", 9, "/bin/t", 48}};
  profile.sites = {{{0, 2}, {31, 2, 3, 1, 5, 1}}, {{1, 2}, {32, 2, 3, 1, 6, 1}}};
  profile.other = {9, 1, 0, 0, 7, 1};
  profile.peaks = {{"A.B", {{{0, 2}, 20, 1}}, 4, 1}, {"A.C", {{{1, 2}, 10, 1}}, 0, 0}};
  return profile;
}

TEST(Collapsed, StacksReadFromTheOutermostAndCallsOfOneFunctionAreOneLine) {
  const Report report = ReportOf({SmallProfile()});
  EXPECT_EQ(RenderCollapsedKept(report, {}), "[other calls] 7\nmain;f 11\n");
}

TEST(Collapsed, WhatIsAllocatedAndTemporaryIsTheMeanOfTheRuns) {
  const Report report = ReportOf({SmallProfile()});
  EXPECT_EQ(RenderCollapsedAllocated(report, {}), "[other calls] 3\nmain;f 21\n");
  EXPECT_EQ(RenderCollapsedTemporary(report, {}), "main;f 2\n");
}

TEST(Collapsed, EachTestsPeakStandsOnARootOfItsOwn) {
  const Report report = ReportOf({SmallProfile()});
  EXPECT_EQ(RenderCollapsedPeak(report, {}), "A.B;[other calls] 4\nA.B;main;f 20\nA.C;main;f 10\n");
}

TEST(Collapsed, OfATestThatRanTwiceOnePeakIsTold) {
  Profile first = SmallProfile();
  Profile second = SmallProfile();
  second.tests = {"A.D"};
  EXPECT_EQ(RenderCollapsedPeak(ReportOf({first, second}), {}),
            RenderCollapsedPeak(ReportOf({first}), {}));
}

TEST(Collapsed, SumsAreThoseOfDistinctProfiles) {
  const Report report = ReportOf(SampleProfiles());
  EXPECT_EQ(SumOf(RenderCollapsedKept(report, {})), 634'976);
  EXPECT_EQ(SumOf(RenderCollapsedPeak(report, {}), "Cache.Lookup;"), 34'256);
  EXPECT_EQ(SumOf(RenderCollapsedPeak(report, {}), "Format.Join;"), 98'304);
  // 1,559,848 bytes in 12 runs, and 1,291,797 in one; each line is rounded for itself.
  EXPECT_NEAR(static_cast<double>(SumOf(RenderCollapsedAllocated(report, {}))),
              1'559'848.0 / 12 + 1'291'797, 7);
}

TEST(Collapsed, NothingTracedIsAnEmptyFile) {
  for (const auto render : {&RenderCollapsedKept, &RenderCollapsedPeak, &RenderCollapsedAllocated,
                            &RenderCollapsedTemporary}) {
    EXPECT_EQ(render(ReportOf({}), {}), "");
    EXPECT_EQ(render(ReportOf({Profile()}), {}), "");
  }
}

TEST(Collapsed, FramesWithoutAFunctionAreTheirModuleOrUnknown) {
  Profile profile;
  profile.frames = {{"", "", 0, "/usr/lib/libx.so", 7}, {}};
  profile.sites = {
      {{0, 1}, {0, 0, 0, 0, 1, 1}}, {{}, {0, 0, 0, 0, 2, 1}}, {{99}, {0, 0, 0, 0, 4, 1}}};
  EXPECT_EQ(RenderCollapsedKept(ReportOf({profile}), {}), "[unknown] 6\n[unknown];[libx.so] 1\n");
  // Another place in the library reads the same.
  profile.frames.push_back({"", "", 0, "/usr/lib/libx.so", 8});
  profile.sites.push_back({{2, 1}, {0, 0, 0, 0, 8, 1}});
  EXPECT_EQ(RenderCollapsedKept(ReportOf({profile}), {}), "[unknown] 6\n[unknown];[libx.so] 9\n");
}

TEST(Collapsed, NoNameBreaksALine) {
  struct Row {
    const char* name;
    const char* line;
  };
  // Names that ShortFunctionName() cannot read come back whole.
  const Row rows[] = {
      {"a;b", "a:b;a:b 100\n"},
      {"a\nb", "a b;a b 100\n"},
      {"\x1b[31mred\x1b[0m", "red;red 100\n"},
      {"f\xff", "f\xef\xbf\xbd;f\xef\xbf\xbd 100\n"},
      {"operator new 12", "operator new_12;operator new_12 100\n"},
      {"1.5", "1.5;1.5 100\n"},
  };
  for (const Row& row : rows) {
    const std::string text = RenderCollapsedPeak(ReportOf({ProfileOf(row.name)}), {});
    const std::string root = text.substr(0, text.find(';'));
    EXPECT_EQ(root, std::string(row.line).substr(0, std::string(row.line).find(';')));
    EXPECT_TRUE(std::regex_match(text, std::regex("[^;\n]+;[^;\n]+ 100\n"))) << text;
    // flamegraph.pl takes a second number for a second figure.
    EXPECT_FALSE(std::regex_search(text, std::regex(" [0-9.]+ 100\n"))) << text;
  }
}

TEST(Collapsed, LinesAreSortedAndEachStackIsThereOnce) {
  std::vector<std::string> lines = LinesOf(RenderCollapsedKept(ReportOf(SampleProfiles()), {}));
  ASSERT_FALSE(lines.empty());
  for (std::string& line : lines) line.erase(line.rfind(' '));
  EXPECT_TRUE(std::is_sorted(lines.begin(), lines.end()));
  EXPECT_EQ(std::unique(lines.begin(), lines.end()), lines.end());
}

}  // namespace
}  // namespace memprof
