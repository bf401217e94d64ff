// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <ostream>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/hostile/hostile_case.h"

// Ctrl-C in each stage: what runs is ended, and what is known is written.

namespace memprof {
namespace {

struct InterruptCase {
  std::string when;   ///< as the program has it
  std::string stage;  ///< as the report has it
  std::vector<std::string> options = {};
  int signal = SIGINT;
  int tests = 1;  ///< on record
};

void PrintTo(const InterruptCase& given, std::ostream* out) { *out << given.when; }

class Interrupts : public testing::TestWithParam<InterruptCase> {};

TEST_P(Interrupts, LeavesAPartialReportThatNamesTheStage) {
  const InterruptCase& given = GetParam();
  HostileCase row{given.when, "hostile_endings"};
  row.options = given.options;
  row.options.insert(row.options.end(), {"--max-runs", "96"});
  row.arguments = {"--gtest_filter=Before.Passes:Interrupting.TheUser"};
  row.environment = {{"HOSTILE_INTERRUPT", given.when},
                     {"HOSTILE_SIGNAL", fmt::format("{}", given.signal)}};
  row.exit_code = 130;
  row.tests_on_record = given.tests;
  row.within_s = 60;
  row.says = {fmt::format("Interrupted in stage {}: this report is partial", given.stage)};
  // What triage saw is known by then.
  if (given.stage == "waste" || given.stage == "confirm") row.critical = {"Interrupting.TheUser"};
  const MemprofRun run = ExpectOutcome(row);
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_TRUE(run.report.interrupted);
  EXPECT_EQ(run.report.interrupted_in, given.stage);
}

INSTANTIATE_TEST_SUITE_P(
    Stage, Interrupts,
    testing::Values(InterruptCase{"list", "list", {"--isolate"}, SIGINT, 0},
                    InterruptCase{"screen", "screen"},
                    InterruptCase{"screen_isolated", "screen", {"--isolate"}},
                    InterruptCase{"screen_by_term", "screen", {}, SIGTERM},
                    InterruptCase{"screen_by_hangup", "screen", {}, SIGHUP},
                    InterruptCase{"triage", "triage", {}, SIGINT, 2},
                    InterruptCase{"waste", "waste", {"--waste-share", "0.01"}, SIGINT, 2},
                    InterruptCase{"lsan", "confirm", {"--no-waste"}, SIGINT, 2},
                    InterruptCase{"massif", "confirm", {"--no-waste"}, SIGINT, 2}),
    [](const auto& row) { return row.param.when; });

TEST(InterruptTwice, EndsAtOnceAndLeavesNoProcess) {
  HostileCase row{"", "hostile_endings"};
  row.arguments = {"--gtest_filter=Interrupting.TheUser"};
  row.environment = {{"HOSTILE_INTERRUPT", "screen"}, {"HOSTILE_TWICE", "1"}};
  row.exit_code = 130;
  const MemprofRun run = ExpectOutcome(row);
  EXPECT_FALSE(run.has_report);
}

/// In the stage of reports memprof waits for a file that nobody reads.
TEST(InterruptOfReports, LeavesThoseThatAreWritten) {
  const std::string out = FreshDirectory("interrupted_reports");
  Command command;
  command.arguments = {
      "/bin/sh", "-c",
      fmt::format("mkfifo '{0}/pipe'; GITHUB_STEP_SUMMARY='{0}/pipe' '{1}' run --only screen --out "
                  "'{0}' --format json,github-summary -- '{2}' --gtest_filter={3} & "
                  "until [ -e '{0}/github-summary.md' ]; do sleep 0.1; done; "
                  "sleep 1; while kill -INT $!; do sleep 1; done; wait $!",
                  out, MEMPROF_TEST_CLI, ProgramPath("hostile_endings"), "After.LosesMemory")};
  command.output_path = out + "/output.txt";
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  const Result<std::string> output = ReadFile(command.output_path);
  EXPECT_EQ(end->code, 130) << (output.ok() ? *output : "");
  const Result<std::string> json = ReadFile(out + "/report.json");
  ASSERT_TRUE(json.ok());
  EXPECT_NE(json->find("\"LosesMemory\""), std::string::npos) << *json;
}

/// One of CTest's tests, as memprof_discover_tests calls it; returns its exit status.
int RunCtestStage(const std::string& out, const std::vector<std::string>& stage,
                  const std::string& interrupt) {
  Command command;
  command.arguments = {MEMPROF_TEST_CLI, "run", "--no-waste", "--max-runs", "96",
                       "--out",          out,   "--stage"};
  command.arguments.insert(command.arguments.end(), stage.begin(), stage.end());
  command.arguments.insert(command.arguments.end(), {"--", ProgramPath("hostile_endings"),
                                                     "--gtest_filter=Interrupting.TheUser"});
  command.set_environment = {{"HOSTILE_INTERRUPT", interrupt}};
  command.unset_environment = {"GTEST_OUTPUT", "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX"};
  command.output_path = out + "/output.txt";
  command.time_limit_s = 120;
  const Result<ProcessEnd> end = RunProcess(command);
  return end.ok() && end->how == ProcessEnd::How::kExited ? end->code : -1;
}

TEST(InterruptOfCTest, InOneTestIsInTheReportOfAll) {
  const std::string out = FreshDirectory("interrupted_ctest");
  ASSERT_EQ(RunCtestStage(out, {"screen"}, "none"), 0);
  EXPECT_EQ(RunCtestStage(out, {"test", "--test", "Interrupting.TheUser"}, "lsan"), 130);
  RunCtestStage(out, {"report"}, "none");
  const Result<std::string> text = ReadFile(out + "/report.txt");
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("Interrupted in stage confirm"), std::string::npos) << *text;
}

TEST(InterruptOfCTest, InTheScreenLeavesWhatWasMeasured) {
  const std::string out = FreshDirectory("interrupted_ctest_screen");
  EXPECT_EQ(RunCtestStage(out, {"screen"}, "triage"), 130);
  RunCtestStage(out, {"report"}, "none");
  const Result<std::string> text = ReadFile(out + "/report.txt");
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("Interrupted in stage triage"), std::string::npos) << *text;
}

}  // namespace
}  // namespace memprof
