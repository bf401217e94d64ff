// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/hostile/hostile_case.h"

// Binaries as compilers and linkers make them. All are of tests/programs/hostile_build.cc.

namespace memprof {
namespace {

constexpr const char* kSource = "tests/programs/hostile_build.cc";

struct BuildCase {
  const char* name;
  int line;  ///< that the finding names: of the loss, or of the TEST where there are no lines
  std::string tools = "none";
  std::string lacks = "";  ///< part of what is said of its debug information
};

void PrintTo(const BuildCase& row, std::ostream* out) { *out << row.name; }

class Build : public testing::TestWithParam<BuildCase> {};

TEST_P(Build, ShowsItsLossAndNothingElse) {
  HostileCase row;
  row.name = GetParam().name;
  row.program = MEMPROF_TEST_HOSTILE "/build_" + row.name;
  if (!std::filesystem::exists(row.program)) GTEST_SKIP() << "its compiler is not installed";
  if (row.name == "split_dwarf_gone") std::filesystem::remove(row.program + ".dwo");
  row.options = {"--tools", GetParam().tools};
  row.exit_code = 1;
  row.critical = {"Build.LosesOneBlock"};
  row.tests_on_record = 3;
  if (!GetParam().lacks.empty()) row.not_measured = {{"symbols", GetParam().lacks}};
  const MemprofRun run = ExpectOutcome(row);
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->location.file, kSource) << Describe(run);
  EXPECT_EQ(critical[0]->location.line, GetParam().line) << Describe(run);
}

INSTANTIATE_TEST_SUITE_P(
    Kind, Build,
    testing::Values(BuildCase{"plain", 14, "lsan"},
                    BuildCase{"stripped", 18, "lsan", "no debug information"},
                    BuildCase{"compressed", 14}, BuildCase{"static_libstdcxx", 14, "lsan"},
                    BuildCase{"split_dwarf", 14},
                    BuildCase{"split_dwarf_gone", 14, "none", ".dwo files of it are missing"},
                    BuildCase{"lto", 14}, BuildCase{"no_frame_pointer", 14},
                    BuildCase{"no_debug_info", 18, "lsan", "no debug information"},
                    BuildCase{"no_pie", 14}, BuildCase{"clang_dwarf_5", 14, "massif"},
                    BuildCase{"separate", 14}),
    [](const auto& row) { return std::string(row.param.name); });

class StaticBuild : public testing::TestWithParam<const char*> {};

/// What GoogleTest itself tells of the tests is there, and that no more is.
TEST_P(StaticBuild, HasItsResultsAndIsNotMeasured) {
  HostileCase row;
  row.name = GetParam();
  row.program = MEMPROF_TEST_HOSTILE "/build_" + row.name;
  row.exit_code = 3;
  row.tests = {{"Build.LosesOneBlock", TestStatus::kPassed}};
  row.tests_on_record = 3;
  row.not_measured = {{"screen", "is statically linked"}, {"screen", "Build the tests without"}};
  row.says = {"3 not measured"};
  for (const TestReport& test : ExpectOutcome(row).report.tests) {
    EXPECT_EQ(test.verdict, TestVerdict::kNotMeasured) << test.name;
    for (const IterationStats& stats : test.iterations) EXPECT_FALSE(stats.allocations.has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(Kind, StaticBuild, testing::Values("static", "static_pie"),
                         [](const auto& row) { return std::string(row.param); });

TEST(StaticProgram, ThatCrashesHasTheTestsThatItCameTo) {
  HostileCase row;
  row.name = "static_crash";
  row.program = MEMPROF_TEST_HOSTILE "/build_static_crash";
  row.exit_code = 3;
  row.tests = {{"Crash.PassesBefore", TestStatus::kPassed},
               {"Crash.Crashes", TestStatus::kCrashed}};
  row.tests_on_record = 2;
  EXPECT_NE(ExpectOutcome(row).report.crash.find("in Crash.Crashes"), std::string::npos);
}

}  // namespace
}  // namespace memprof
