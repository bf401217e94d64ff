// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/html/html_tables.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

// Positions within a row of tests.
constexpr std::size_t kRuns = 5;
constexpr std::size_t kFigures = 6;
constexpr std::size_t kFindings = 7;
constexpr std::size_t kGaps = 8;

Json RowOf(const Json& tests, const std::string& name) {
  for (std::size_t i = 0; i < tests["names"].size(); ++i) {
    if (tests["names"][i] == name) return tests["rows"][i];
  }
  ADD_FAILURE() << "no test " << name;
  return nullptr;
}

TEST(HtmlTables, AFigureIsOneNumberUntilRunsDiffer) {
  const Json row = RowOf(TestsData(SampleReport()), "Cache.Lookup");
  EXPECT_EQ(row[kRuns], 2);
  EXPECT_EQ(row[kFigures].dump(), "[[17680,17646],101,1234,98304,40000,0,0,0,1500000]");
}

TEST(HtmlTables, WhatWasNotMeasuredIsNull) {
  const Json tests = TestsData(SampleReport());
  EXPECT_EQ(RowOf(tests, "Format.Wide/2")[kFigures].dump(),
            "[null,null,null,null,null,null,null,null,null]");
  EXPECT_EQ(RowOf(tests, "Format.Wide/2")[kGaps].dump(),
            R"([["lsan","the test ends by _exit under LeakSanitizer"]])");
  EXPECT_EQ(tests["gaps"].dump(), R"([["massif","valgrind is not installed"]])");
}

TEST(HtmlTables, ARunWithoutAFigureIsNullAmongTheOthers) {
  Report report = CleanReport();
  IterationStats unmeasured;
  unmeasured.wall_ns = 1;
  report.tests[0].iterations.push_back(unmeasured);
  EXPECT_EQ(TestsData(report)["rows"][0][kFigures][0].dump(), "[0,null]");
}

TEST(HtmlTables, FindingsAreNumberedAsThePageShowsThem) {
  // What the baseline knows comes after all others, so the order is not the report's.
  const Json tests = TestsData(PolicyReport());
  EXPECT_EQ(RowOf(tests, "Cache.Refresh")[kFindings].dump(), "[3]");
  EXPECT_EQ(RowOf(tests, "Graph.Walk")[kFindings].dump(), "[]");
}

TEST(HtmlTables, FramesAreTheUsersLibrariesOrCallTests) {
  const Json profiles = ProfilesData(SampleReport());
  constexpr std::size_t kFrames = 3;
  std::map<std::string, int> kinds;
  for (const Json& frame : profiles["rows"][0][kFrames]) kinds[frame[0]] = frame[3];
  EXPECT_EQ(kinds["std::map<int, Result>::operator[]"], 0);
  EXPECT_EQ(kinds["alma::Compute(int)"], 1);
  EXPECT_EQ(kinds["testing::Test::Run()"], 2);
  EXPECT_EQ(profiles["distinct"].dump(), "[0,2]");
}

TEST(HtmlTables, AFunctionWithoutANameIsItsModuleAndOffset) {
  Report report;
  report.profiles.resize(1);
  report.profiles[0].frames = {{"", "", 0, "/usr/lib/libz.so.1", 0x2a}, {}};
  const Json frames = ProfilesData(report)["rows"][0][3];
  EXPECT_EQ(frames[0][0], "libz.so.1+0x2a");
  EXPECT_EQ(frames[1][0], "unknown function");
}

TEST(HtmlTables, MeansHaveTwoDigits) {
  Report report = SampleReport();
  report.profiles.resize(1);
  report.profiles[0].runs = 7;
  for (const Json& file : LinesData(report)) {
    if (file["file"] != "src/core/name.cpp") continue;
    EXPECT_EQ(file["rows"].dump(), "[[42,56.57,1.71,0,396,12]]");
    return;
  }
  ADD_FAILURE() << "no line of src/core/name.cpp";
}

TEST(HtmlTables, AThousandTestsTakeLittleRoom) {
  // 12 runs each; report.json has some 2 MB for them.
  EXPECT_LT(TestsData(LargeReport(1'000, 12)).dump().size(), 400'000u);
}

}  // namespace
}  // namespace memprof
