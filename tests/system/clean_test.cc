// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <string>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// A program in which nothing leaks, however much it looks like it.
struct CleanCase {
  const char* program;
  int exit_code;  ///< 4 where its tests fail on purpose
};

class Clean : public testing::TestWithParam<CleanCase> {};

TEST_P(Clean, IsNotAccusedLinkedOrNot) {
  const MemprofRun run = RunMemprof(ProgramPath(GetParam().program));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_TRUE(run.Findings(Severity::kOptimization).empty()) << Describe(run);
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
  EXPECT_FALSE(run.report.tests.empty());
  EXPECT_EQ(run.exit_code, GetParam().exit_code) << Describe(run);
  const MemprofRun plain = RunMemprof(PlainPath(GetParam().program));
  EXPECT_EQ(Comparable(plain), Comparable(run)) << Describe(plain);
}

INSTANTIATE_TEST_SUITE_P(
    Program, Clean,
    testing::Values(CleanCase{"clean_background_thread", 0}, CleanCase{"clean_bounded_ring", 0},
                    CleanCase{"clean_cache_full_late", 0}, CleanCase{"clean_closed_files", 0},
                    CleanCase{"clean_death_tests", 0}, CleanCase{"clean_failed_assertions", 4},
                    CleanCase{"clean_fixed_key_cache", 0}, CleanCase{"clean_forked_child_leaks", 0},
                    CleanCase{"clean_given_back_later", 0}, CleanCase{"clean_gmock_objects", 0},
                    CleanCase{"clean_joined_threads", 0}, CleanCase{"clean_lazy_singleton", 0},
                    CleanCase{"clean_log_file_once", 0}, CleanCase{"clean_lru_1000", 0},
                    CleanCase{"clean_param_typed", 0}, CleanCase{"clean_record_property", 0},
                    CleanCase{"clean_skip", 0}, CleanCase{"clean_suite_resources", 0}),
    [](const auto& row) { return std::string(row.param.program); });

TEST(CleanSuite, CostsTheScreenAlone) {
  const MemprofRun run = RunMemprof(ProgramPath("many_tests"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.report.tests.size(), 10000u);
  // Each process of the test binary leaves a record or a log of its own in the work directory.
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(run.out + "/work")) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name == "screen.rec" || name == "screen.log") << name;
    ++files;
  }
  EXPECT_EQ(files, 2);
  EXPECT_EQ(run.report.stages.size(), 1u);
}

}  // namespace
}  // namespace memprof
