// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/hostile/hostile_case.h"

// Binaries as compilers and linkers make them. All are of tests/programs/hostile_build.cc.

namespace memprof {
namespace {

constexpr const char* kSource = "tests/programs/hostile_build.cc";

struct BuildCase {
  const char* name;
  int line;  ///< that the finding names: of the loss, or of the TEST where there are no lines
};

void PrintTo(const BuildCase& row, std::ostream* out) { *out << row.name; }

class Build : public testing::TestWithParam<BuildCase> {};

TEST_P(Build, ShowsItsLossAndNothingElse) {
  HostileCase row;
  row.name = GetParam().name;
  row.program = MEMPROF_TEST_HOSTILE "/build_" + row.name;
  row.options = {"--tools", "lsan"};
  row.exit_code = 1;
  row.critical = {"Build.LosesOneBlock"};
  row.tests_on_record = 3;
  if (GetParam().line != 14) row.not_measured = {{"symbols", "no debug information"}};
  const MemprofRun run = ExpectOutcome(row);
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->location.file, kSource) << Describe(run);
  EXPECT_EQ(critical[0]->location.line, GetParam().line) << Describe(run);
}

INSTANTIATE_TEST_SUITE_P(Kind, Build,
                         testing::Values(BuildCase{"plain", 14}, BuildCase{"stripped", 18},
                                         BuildCase{"compressed", 14},
                                         BuildCase{"static_libstdcxx", 14}),
                         [](const auto& row) { return std::string(row.param.name); });

class StaticBuild : public testing::TestWithParam<const char*> {};

TEST_P(StaticBuild, IsSaidInASentence) {
  HostileCase row;
  row.name = GetParam();
  row.program = MEMPROF_TEST_HOSTILE "/build_" + row.name;
  row.exit_code = 3;
  row.says = {"is statically linked", "Build the tests without -static"};
  ExpectOutcome(row);
}

INSTANTIATE_TEST_SUITE_P(Kind, StaticBuild, testing::Values("static", "static_pie"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
