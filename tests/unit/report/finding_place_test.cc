// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/finding_place.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

TEST(FindingPlace, BelowTheRootAreOnlyRelativePathsThatStayThere) {
  const struct {
    const char* file;
    bool below;
  } kRows[] = {
      {"src/a.cc", true},
      {"a.cc", true},
      {"./src/a.cc", true},
      {"src/../a.cc", true},
      {"/usr/include/x", false},
      {"../a.cc", false},
      {"src/../../a.cc", false},
      {"", false},
      {".", false},
      {"..", false},
      {"src/", false},
      {"..a/b.cc", true},
  };
  for (const auto& row : kRows) EXPECT_EQ(IsBelowRoot(row.file), row.below) << row.file;
}

/// Where a finding of test A.B (t.cc:7) with this place and stack is shown.
std::string PlaceOf(const Location& location, const Stack& stack, const std::string& test = "A.B",
                    const std::string& scope = "") {
  Report report;
  report.tests.resize(2);
  report.tests[0].suite = "Z";
  report.tests[0].name = "First";
  report.tests[0].file = "first.cc";
  report.tests[1].suite = "A";
  report.tests[1].name = "B";
  report.tests[1].file = "t.cc";
  report.tests[1].line = 7;
  Finding finding;
  finding.location = location;
  finding.stack = stack;
  if (!test.empty()) finding.tests = {test};
  finding.scope_label = scope;
  const auto place = FindingPlaces(report).Of(finding);
  if (!place) return "none";
  return place->file + ":" + std::to_string(place->line) + " " + WhyThere(place->of);
}

TEST(FindingPlace, IsTheSiteElseTheFirstCallerBelowTheRootElseTheTest) {
  const Stack stack = {{"malloc", "", 0, ""},
                       {"lib::Make", "/opt/lib/make.cc", 3, ""},
                       {"app::Up", "src/../src/up.cc", 12, ""},
                       {"T::TestBody", "t.cc", 8, ""}};
  EXPECT_EQ(PlaceOf({"./src/a.cc", 5, "", ""}, stack), "src/a.cc:5 ");
  EXPECT_EQ(
      PlaceOf({"/opt/lib/make.cc", 3, "", ""}, stack),
      "src/up.cc:12 shown at the call that leads there, since it lies outside the source root");
  EXPECT_EQ(PlaceOf({"/opt/lib/make.cc", 3, "", ""}, {{"x", "/y.cc", 1, ""}}),
            "t.cc:7 shown at a test that has it, since no line of its own is known");
  EXPECT_EQ(PlaceOf({}, {}, "", "suite A (SetUpTestSuite)"),
            "t.cc:7 shown at the first test of the suite, since no line of its own is known");
  EXPECT_EQ(PlaceOf({}, {}, "", "program (before the first test)"),
            "first.cc:1 shown at the first test of the run, since no line of its own is known");
}

TEST(FindingPlace, IsNeverInGoogleTestsOwnCode) {
  const Stack stack = {{"lib::Make", "/opt/lib/make.cc", 3, ""},
                       {"testing::Test::Run", "third_party/googletest/src/gtest.cc", 2600, ""}};
  EXPECT_EQ(PlaceOf({"/opt/lib/make.cc", 3, "", ""}, stack).substr(0, 6), "t.cc:7");
}

TEST(FindingPlace, WithoutAnyTestThatHasALineIsNone) {
  Report report;
  EXPECT_FALSE(FindingPlaces(report).Of(Finding{}).has_value());
}

}  // namespace
}  // namespace memprof
