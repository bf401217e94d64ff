// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// Why triage could not judge a test; empty when it could.
std::string WhyNotTriaged(const MemprofRun& run, const std::string& test) {
  for (const NotMeasured& gap : run.report.not_measured) {
    if (gap.tool == "triage" && gap.test == test) return gap.why;
  }
  return "";
}

TEST(Triage, TakesOutWhatCannotBeRepeatedAndMeasuresTheOthers) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_company"), {"--tools", "none"});
  ASSERT_TRUE(run.has_report) << run.output;
  std::vector<std::string> guilty;
  for (const Finding* finding : run.Findings(Severity::kCritical)) {
    guilty.insert(guilty.end(), finding->tests.begin(), finding->tests.end());
  }
  std::sort(guilty.begin(), guilty.end());
  EXPECT_EQ(guilty, (std::vector<std::string>{"Company.Leaks", "Company.LeaksToo"}))
      << Describe(run);
  const std::string crash = WhyNotTriaged(run, "Company.CrashesInItsThirdRun");
  EXPECT_NE(crash.find("run 3 of 12"), std::string::npos) << crash;
  EXPECT_NE(crash.find("SIGABRT"), std::string::npos) << crash;
  const std::string failure = WhyNotTriaged(run, "Company.FailsInItsFifthRun");
  EXPECT_NE(failure.find("failed in run 5 of 12"), std::string::npos) << failure;
  const std::string end = WhyNotTriaged(run, "Company.EndsTheProcess");
  EXPECT_NE(end.find("exited with status 0"), std::string::npos) << end;
}

/// One of the stages that CTest asks for, in the output directory `out`.
int RunStage(const std::string& program, const std::string& out,
             const std::vector<std::string>& stage) {
  Command command;
  command.arguments = {MEMPROF_TEST_CLI, "run", "--quiet", "--out", out, "--stage"};
  command.arguments.insert(command.arguments.end(), stage.begin(), stage.end());
  command.arguments.insert(command.arguments.end(), {"--", ProgramPath(program)});
  command.output_path = out + "/output.txt";
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  return end.ok() && end->how == ProcessEnd::How::kExited ? end->code : -1;
}

TEST(Stages, WhatASuiteLosesFailsTheReportAndNoTest) {
  const std::string out = FreshDirectory("stages_suite");
  EXPECT_EQ(RunStage("suite_setup_leak", out, {"screen"}), 0);
  for (const char* test : {"LeakySuite.FirstIsClean", "LeakySuite.SecondIsClean"}) {
    EXPECT_EQ(RunStage("suite_setup_leak", out, {"test", "--test", test}), 0) << test;
  }
  EXPECT_EQ(RunStage("suite_setup_leak", out, {"report"}), 1);
}

}  // namespace
}  // namespace memprof
