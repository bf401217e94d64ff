// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// Quick: budgets are the screen's, and triage's word on what is kept.
std::vector<std::string> Options(std::vector<std::string> options) {
  options.insert(options.end(), {"--tools", "none", "--no-waste", "--max-runs", "64"});
  return options;
}

/// Lines of the limits that were broken, by test.
std::map<std::string, int> Broken(const MemprofRun& run) {
  std::map<std::string, int> broken;
  for (const Finding* finding : run.Findings(Severity::kCritical)) {
    if (finding->kind != FindingKind::kBudgetExceeded) continue;
    broken[finding->tests.at(0)] = finding->location.line;
  }
  return broken;
}

int LineOf(const std::string& text) {
  std::ifstream source(MEMPROF_TEST_SOURCE "/tests/programs/author_limits.cc");
  std::string line;
  for (int number = 1; std::getline(source, line); ++number) {
    if (line.find(text) != std::string::npos) return number;
  }
  return -1;
}

TEST(Budgets, WhatTestsSetThemselvesIsFoundAtItsLine) {
  const MemprofRun run = RunMemprof(ProgramPath("author_limits"), Options({}));
  EXPECT_EQ(run.exit_code, 1) << Describe(run);
  const std::map<std::string, int> broken = Broken(run);
  EXPECT_EQ(broken.size(), 5u) << Describe(run);
  EXPECT_EQ(broken.at("Limits.PeakIsBroken"), LineOf("TEST(Limits, PeakIsBroken)") + 1);
  EXPECT_EQ(broken.at("Limits.KeptIsBroken"), LineOf("LimitKept(100)"));
  EXPECT_EQ(broken.at("Limits.AllocationsIsBroken"),
            LineOf("TEST(Limits, AllocationsIsBroken)") + 1);
  EXPECT_EQ(broken.at("SetInSetUp.KeptIsBroken"), LineOf("void SetUp()"));
  EXPECT_TRUE(broken.contains("Kept.MoreThanOnPurpose"));
}

TEST(Budgets, WhatIsKeptOnPurposeIsNoFindingAndIsTold) {
  const MemprofRun run = RunMemprof(ProgramPath("author_limits"), Options({"--filter", "Kept.*"}));
  const auto is_of = [](const std::string& test) {
    return [test](const Finding& finding) {
      return std::count(finding.tests.begin(), finding.tests.end(), test) > 0;
    };
  };
  const std::vector<Finding>& findings = run.report.findings;
  EXPECT_TRUE(std::none_of(findings.begin(), findings.end(), is_of("Kept.OnPurpose")))
      << Describe(run);
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), is_of("Kept.MoreThanOnPurpose")));
  ASSERT_EQ(run.report.suppressions.size(), 2u);
  EXPECT_EQ(run.report.suppressions[0].findings, 1);
  EXPECT_EQ(run.report.suppressions[0].reason, "two \"registered\" names");
  EXPECT_EQ(run.report.suppressions[1].exceeded.size(), 1u);
}

TEST(Budgets, WhatIsIgnoredIsNoFindingAndIsToldWithItsAmount) {
  const MemprofRun run =
      RunMemprof(ProgramPath("author_limits"), Options({"--filter", "Ignored.*"}));
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
  EXPECT_TRUE(run.report.findings.empty()) << Describe(run);
  const bool is_told =
      std::any_of(run.report.stages.begin(), run.report.stages.end(), [](const std::string& stage) {
        return stage.starts_with("ignored: ") && stage.find("5 blocks kept") != std::string::npos;
      });
  EXPECT_TRUE(is_told) << Describe(run);
}

TEST(Budgets, OfTheWholeSuiteAreSetByFlagAndATestsOwnGoBefore) {
  const auto broken = [](const std::string& option, const std::string& value) {
    return Broken(RunMemprof(ProgramPath("author_limits"),
                             Options({"--filter", "L*.T*:I*", "--only", "screen", option, value})));
  };
  // A longer filter costs each test an allocation, for GoogleTest saves its flags around it.
  EXPECT_TRUE(broken("--peak-budget", "64KiB").empty());
  const std::map<std::string, int> over = broken("--peak-budget", "64");
  EXPECT_TRUE(over.contains("Ignored.IsNobodysFinding"));
  EXPECT_FALSE(over.contains("Limits.ThatHold"));
}

TEST(Budgets, WhatGoogleTestSaysToAPreloadedLibraryIsHeldAgainstNoTest) {
  const MemprofRun run =
      RunMemprof(PlainPath("author_limits"), Options({"--filter", "L*.T*:I*", "--only", "screen"}));
  EXPECT_TRUE(Broken(run).empty()) << Describe(run);
  EXPECT_NE(run.WhyNot("budget").find("2 tests are over a limit by no more than GoogleTest's own"),
            std::string::npos)
      << Describe(run);
}

TEST(Budgets, StandInAFileToo) {
  const std::string file = FreshDirectory("budgets") + "/memprof.toml";
  const auto exit_with = [&](const std::string& line) {
    std::ofstream(file) << "[run]\n" << line << "\n";
    return RunMemprof(ProgramPath("peak_spike"), Options({"--config", file, "--only", "screen"}))
        .exit_code;
  };
  EXPECT_EQ(exit_with("allocation-budget = 0"), 1);
  EXPECT_EQ(exit_with("peak-budget = \"1KiB\""), 1);
  EXPECT_EQ(
      exit_with("peak-budget = \"8GiB\"\nkept-budget = \"1MiB\"\nallocation-budget = 1000000"), 0);
}

TEST(Budgets, WhatATestKeepsOnceIsNotHeldAgainstIt) {
  const MemprofRun run =
      RunMemprof(ProgramPath("clean_lazy_singleton"), Options({"--kept-budget", "0"}));
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
  EXPECT_TRUE(Broken(run).empty()) << Describe(run);
  const MemprofRun leak =
      RunMemprof(ProgramPath("found_one_byte"), Options({"--kept-budget", "0"}));
  EXPECT_FALSE(Broken(leak).empty()) << Describe(leak);
}

}  // namespace
}  // namespace memprof
