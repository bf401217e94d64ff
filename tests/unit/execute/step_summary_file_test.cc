// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/step_summary_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>

#include "runner/execute/files.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

class StepSummaryFile : public ::testing::Test {
 protected:
  // Of its own: CTest runs these tests beside each other.
  StepSummaryFile()
      : path_(::testing::TempDir() + "memprof-step-summary-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove(path_);
  }
  ~StepSummaryFile() override { std::filesystem::remove(path_); }

  std::string After(const std::string& before, const Report& report) {
    std::ofstream(path_, std::ios::binary) << before;
    EXPECT_TRUE(AppendStepSummary(report, path_));
    return ReadFile(path_).value();
  }

  std::string path_;
};

TEST_F(StepSummaryFile, IsAppendedTo) {
  EXPECT_EQ(After("another tool's", CleanReport()).substr(0, 29),
            "another tool's\n\n### memprof: ");
}

TEST_F(StepSummaryFile, StaysBelowOneMebibyteWhateverIsInItAlready) {
  const Report report = ManyFindings(2000, 2000);
  for (const std::size_t before : {0u, 600'000u, 1'046'000u, 1'048'000u, 2'000'000u}) {
    const std::string text = After(std::string(before, 'x'), report);
    EXPECT_LE(text.size(), std::max<std::size_t>(before, 1024 * 1024)) << before;
    EXPECT_EQ(text.size() > before, before < 1'047'000) << before;
  }
}

TEST_F(StepSummaryFile, ThatCannotBeWrittenIsAnErrorWithItsName) {
  const auto appended = AppendStepSummary(CleanReport(), "/nowhere/summary.md");
  ASSERT_FALSE(appended);
  EXPECT_NE(appended.error().message.find("/nowhere/summary.md"), std::string::npos);
}

}  // namespace
}  // namespace memprof
