// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/profile_sums.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/merge.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

Profile OfTests(std::vector<std::string> tests) {
  Profile profile;
  profile.tests = std::move(tests);
  return profile;
}

TEST(ProfileSums, ProfilesOfTestsThatOneBeforeHasAreNotAddedUp) {
  struct Row {
    std::vector<std::vector<std::string>> tests;  ///< of each profile
    std::vector<std::size_t> distinct;
  };
  const std::vector<Row> rows = {
      {{}, {}},
      {{{"A.a"}}, {0}},
      {{{"A.a"}, {"A.b"}}, {0, 1}},
      {{{"A.a", "A.b"}, {"A.b"}, {"A.c"}}, {0, 2}},
      {{{"A.a"}, {"A.b", "A.a"}, {"A.b"}}, {0, 2}},  // what is left out hides nothing
      {{{}, {}}, {0, 1}},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Report report;
    for (const std::vector<std::string>& tests : rows[i].tests) {
      report.profiles.push_back(OfTests(tests));
    }
    std::vector<std::size_t> distinct;
    for (const Profile* profile : DistinctProfiles(report)) {
      distinct.push_back(static_cast<std::size_t>(profile - report.profiles.data()));
    }
    EXPECT_EQ(distinct, rows[i].distinct) << "row " << i;
  }
}

TEST(ProfileSums, TestsOfOneNameInTwoBinariesAreTwo) {
  const auto distinct = [](const std::vector<std::string>& binaries) {
    std::vector<Report> parts;
    for (const std::string& binary : binaries) {
      TestReport test;
      test.suite = "A";
      test.name = "a";
      test.file = binary + ".cc";
      parts.emplace_back();
      parts.back().binary = binary;
      parts.back().tests = {test};
      parts.back().profiles = {OfTests({"A.a"})};
      parts.back().profiles[0].name = binary;
    }
    return DistinctProfiles(MergeReports(parts)).size();
  };
  EXPECT_EQ(distinct({"./x/tests", "../y/tests"}), 2U);
  EXPECT_EQ(distinct({"/w/x/tests", "/w/y/tests"}), 2U);
  EXPECT_EQ(distinct({"/w/x/tests", "/w/x/tests"}), 1U);
  EXPECT_EQ(distinct({"x/tests", "ests", "y"}), 3U);
}

/// A profile of `runs` runs whose frames are `file:line` of functions of no importance.
Report OneSite(int runs, const std::vector<std::pair<std::string, int>>& stack) {
  Report report;
  Profile profile = OfTests({"A.a"});
  profile.runs = runs;
  ProfileSite site;
  for (const auto& [file, line] : stack) {
    site.stack.push_back(static_cast<std::uint32_t>(profile.frames.size()));
    profile.frames.push_back({"f", file, line, "/bin/program"});
  }
  site.figures = {1200, 24, 600, 12, 240, 4};
  profile.sites = {site};
  report.profiles = {profile};
  return report;
}

TEST(ProfileSums, OnlyLinesBelowTheRootHaveFigures) {
  using Lines = std::map<std::string, std::vector<int>>;
  struct Row {
    std::vector<std::pair<std::string, int>> stack;
    Lines lines;
  };
  const std::vector<Row> rows = {
      {{{"src/a.cc", 3}}, {{"src/a.cc", {3}}}},
      {{{"/usr/include/c++/12/bits/stl_map.h", 511}, {"src/a.cc", 3}}, {{"src/a.cc", {3}}}},
      {{{"src/a.cc", 3}, {"src/a.cc", 9}, {"b.cc", 1}}, {{"src/a.cc", {3, 9}}, {"b.cc", {1}}}},
      {{{"src/a.cc", 3}, {"src/a.cc", 3}}, {{"src/a.cc", {3}}}},  // a recursion
      {{{"", 0}, {"src/a.cc", 0}}, {}},                           // no line is known
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Lines lines;
    for (const auto& [file, of_file] : FiguresByLine(OneSite(1, rows[i].stack))) {
      for (const auto& [line, figures] : of_file) {
        lines[file].push_back(line);
        EXPECT_EQ(figures.allocated_bytes, 1200) << "row " << i;
      }
    }
    EXPECT_EQ(lines, rows[i].lines) << "row " << i;
  }
}

TEST(ProfileSums, WhatIsAllocatedIsTheMeanOfTheRunsAndWhatIsKeptIsNot) {
  const LineFigures figures = FiguresByLine(OneSite(12, {{"src/a.cc", 3}}))["src/a.cc"][3];
  EXPECT_EQ(figures.allocated_bytes, 100);
  EXPECT_EQ(figures.allocations, 2);
  EXPECT_EQ(figures.temporary_bytes, 50);
  EXPECT_EQ(figures.kept_bytes, 240);
  EXPECT_EQ(figures.kept_blocks, 4);
}

TEST(ProfileSums, CallsOfOneLineAddUpOverDistinctProfiles) {
  const auto files = FiguresByLine(SampleReport());
  const LineFigures consolidate = files.at("src/consolidation.cpp").at(88);
  EXPECT_EQ(consolidate.kept_bytes, 3 * (144'156 + 67'200));  // Cache.Lookup alone is not added
  EXPECT_EQ(files.at("src/consolidation.cpp").at(83).kept_bytes, 3 * 144'156);
  EXPECT_EQ(files.at("src/join.cpp").at(19).allocated_bytes, 1'258'291);
  EXPECT_FALSE(files.contains("/usr/src/gtest.cc"));
}

}  // namespace
}  // namespace memprof
