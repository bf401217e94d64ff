// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/policy_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "runner/execute/files.h"
#include "tests/unit/compare/sample_leaks.h"

namespace memprof {
namespace {

std::string PathOf(const std::string& name) { return testing::TempDir() + "policy_files." + name; }

RunOptions Whole() {
  RunOptions options;
  options.command = {"build/app_test"};
  return options;
}

TEST(PolicyFiles, ABaselineThatWasWrittenIsRead) {
  RunOptions options = Whole();
  options.write_baseline = PathOf("baseline.json");
  const Result<bool> written = WriteBaselineFile(options, ReportOf({LeakFinding({})}));
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_TRUE(*written);
  options.baseline = options.write_baseline;
  const Result<Policy> policy = ReadPolicy(options);
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  ASSERT_TRUE(policy->baseline.has_value());
  EXPECT_EQ(policy->baseline->findings.size(), 1u);
  EXPECT_EQ(policy->baseline_file, options.baseline);
  EXPECT_EQ(policy->today.size(), 10u);
}

TEST(PolicyFiles, ARunThatDidNotEndLeavesNoBaseline) {
  RunOptions options = Whole();
  options.write_baseline = PathOf("unwritten.json");
  Report crashed = ReportOf({LeakFinding({})});
  crashed.crash = "killed by SIGSEGV";
  EXPECT_FALSE(*WriteBaselineFile(options, crashed));
  EXPECT_FALSE(std::filesystem::exists(options.write_baseline));
}

TEST(PolicyFiles, AMissingBaselineSaysHowToMakeOne) {
  RunOptions options = Whole();
  options.baseline = PathOf("nowhere.json");
  const Result<Policy> policy = ReadPolicy(options);
  ASSERT_FALSE(policy.ok());
  EXPECT_EQ(policy.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(policy.error().hint,
            "make one: memprof run --write-baseline " + options.baseline + " -- build/app_test");
}

TEST(PolicyFiles, SuppressionsOfAllFilesAreTakenInTheirOrder) {
  RunOptions options = Whole();
  for (const char* name : {"a", "b"}) {
    options.suppressions.push_back(PathOf(std::string(name) + ".supp"));
    ASSERT_TRUE(WriteFile(options.suppressions.back(), std::string("leak:") + name + "\n").ok());
  }
  const Result<Policy> policy = ReadPolicy(options);
  ASSERT_TRUE(policy.ok()) << policy.error().message;
  ASSERT_EQ(policy->suppressions.size(), 2u);
  EXPECT_EQ(policy->suppressions[0].pattern, "a");
  EXPECT_EQ(policy->suppressions[1].file, options.suppressions[1]);
}

TEST(PolicyFiles, ARunThatLeavesTestsOutIsPartial) {
  EXPECT_FALSE(ReadPolicy(Whole())->partial);
  RunOptions filtered = Whole();
  filtered.filter = "A.*";
  EXPECT_TRUE(ReadPolicy(filtered)->partial);
  RunOptions by_flag = Whole();
  by_flag.command.push_back("--gtest_filter=A.*");
  EXPECT_TRUE(ReadPolicy(by_flag)->partial);
  RunOptions screen = Whole();
  screen.only = Only::kScreen;
  EXPECT_TRUE(ReadPolicy(screen)->partial);
  RunOptions stage = Whole();
  stage.stage = Stage::kTest;
  EXPECT_TRUE(ReadPolicy(stage)->partial);
  stage.stage = Stage::kReport;
  EXPECT_FALSE(ReadPolicy(stage)->partial);
}

TEST(PolicyFiles, ADirectoryStandsForTheReportInIt) {
  const std::string directory = PathOf("run");
  ASSERT_TRUE(MakeDirectory(directory).ok());
  std::filesystem::remove(directory + "/report.json");
  const Result<Report> missing = ReadReportFile(directory);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find(directory + "/report.json"), std::string::npos);
  EXPECT_NE(missing.error().hint.find("--format"), std::string::npos);
  RunOptions options = Whole();
  options.write_baseline = directory + "/report.json";
  ASSERT_TRUE(WriteBaselineFile(options, ReportOf({LeakFinding({})})).ok());
  EXPECT_TRUE(ReadReportFile(directory).ok());
}

}  // namespace
}  // namespace memprof
