// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/screen_figures.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "runner/execute/result_layout.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

class ScreenFigures : public testing::Test {
 protected:
  // Of its own: CTest runs these tests beside each other.
  ScreenFigures()
      : directory_(testing::TempDir() + "memprof-screen-figures-" +
                   testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::create_directories(directory_ + "/suspects");
  }
  ~ScreenFigures() override { std::filesystem::remove_all(directory_); }

  const std::string directory_;
};

TEST_F(ScreenFigures, EachOfTenThousandTestsIsFound) {
  Report report = LargeReport(10'000, 1);
  for (std::size_t i = 0; i < report.tests.size(); ++i) {
    report.tests[i].iterations[0].kept_bytes = static_cast<std::int64_t>(i);
  }
  ASSERT_TRUE(LeaveFigures(report, directory_).ok());
  for (std::size_t i = 0; i < report.tests.size(); i += 7) {
    const TestFigures figures = FiguresOfScreen(directory_, report.tests[i].FullName());
    ASSERT_EQ(figures.kept_bytes, static_cast<std::int64_t>(i));
  }
  EXPECT_FALSE(FiguresOfScreen(directory_, "Suite0.Other").kept_bytes.has_value());
}

TEST_F(ScreenFigures, WhatWasNotMeasuredIsNoZero) {
  Report report = LargeReport(2, 1);
  IterationStats& stats = report.tests[0].iterations[0];
  stats.kept_bytes = std::numeric_limits<std::int64_t>::min();
  stats.peak_bytes.reset();
  stats.allocations = 0;
  report.tests[1].iterations.clear();
  ASSERT_TRUE(LeaveFigures(report, directory_).ok());
  const TestFigures figures = FiguresOfScreen(directory_, report.tests[0].FullName());
  EXPECT_EQ(figures.kept_bytes, std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(figures.peak_bytes.has_value());
  EXPECT_EQ(figures.allocations, 0);
  EXPECT_FALSE(FiguresOfScreen(directory_, report.tests[1].FullName()).allocations.has_value());
}

TEST_F(ScreenFigures, MissingOrDamagedFileHasNone) {
  EXPECT_FALSE(FiguresOfScreen(directory_, "A.B").kept_bytes.has_value());
  std::ofstream(FiguresPath(directory_)) << std::string(10'000, 'x');
  EXPECT_FALSE(FiguresOfScreen(directory_, "A.B").kept_bytes.has_value());
}

}  // namespace
}  // namespace memprof
