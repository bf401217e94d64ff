// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/hostile/hostile_case.h"

namespace memprof {
namespace {

constexpr const char* kBefore = "Before.Passes";
constexpr const char* kAfter = "After.LosesMemory";

std::string FilterOf(const std::string& test) {
  return fmt::format("--gtest_filter={}:{}:{}", kBefore, test, kAfter);
}

bool Mentions(const std::vector<Frame>& stack, const std::string& function) {
  return std::any_of(stack.begin(), stack.end(), [&](const Frame& frame) {
    return frame.function.find(function) != std::string::npos;
  });
}

/// A test that ends its process: what finished before it is kept, and what did not run is told.
HostileCase Ending(const std::string& name, const std::string& says) {
  const std::string test = "Ending." + name;
  HostileCase row{name, "hostile_endings"};
  row.options = {"--only", "screen"};
  row.arguments = {FilterOf(test)};
  row.environment = {{"HOSTILE_FILE", std::string(MEMPROF_TEST_OUTPUT) + "/of_no_size"}};
  row.exit_code = 3;
  row.tests = {{kBefore, TestStatus::kPassed}, {test, TestStatus::kCrashed}};
  row.tests_on_record = 2;
  row.not_measured = {{"screen", "never ran: the process " + says}};
  row.says = {says + " in " + test};
  return row;
}

class Ends : public testing::TestWithParam<HostileCase> {};

TEST_P(Ends, IsToldAndKeepsWhatFinishedBefore) { ExpectOutcome(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Process, Ends,
                         testing::Values(Ending("BySegmentationFault", "was killed by SIGSEGV"),
                                         Ending("ByAbort", "was killed by SIGABRT"),
                                         Ending("ByKill", "was killed by SIGKILL"),
                                         Ending("ByTerm", "was killed by SIGTERM"),
                                         Ending("ByStackOverflow", "was killed by SIGSEGV"),
                                         Ending("ByFileSize", "was killed by SIGXFSZ"),
                                         Ending("ByExit", "exited with status 0"),
                                         Ending("ByUnderscoreExit", "exited with status 0"),
                                         Ending("ByQuickExit", "exited with status 0"),
                                         Ending("ByExceptionInAThread", "was killed by SIGABRT"),
                                         Ending("ByExitInAThread", "exited with status 0")),
                         [](const auto& row) { return row.param.name; });

struct HangCase {
  HostileCase row;
  std::string function;  ///< in the stack of the test's thread
  int threads = 0;       ///< shown beside it
};

void PrintTo(const HangCase& hang, std::ostream* out) { *out << hang.row.name; }

constexpr double kLimit = 3;

HangCase Hanging(const std::string& name, const std::string& function, int threads = 0) {
  HangCase hang{Ending(name, "was stopped after"), function, threads};
  const std::string test = "Ending." + name;
  hang.row.tests[1].second = TestStatus::kTimedOut;
  hang.row.options = {"--only", "screen", "--timeout", fmt::format("{}", kLimit)};
  hang.row.says = {"The test binary ended early: the test process was stopped after 3 s in"};
  hang.row.within_s = 60;
  hang.row.not_measured = {{"screen", "never ran"}};
  return hang;
}

HangCase ThroughAScript(HangCase hang) {
  hang.row.name += "_started_by_a_script";
  hang.row.arguments.insert(hang.row.arguments.begin(), ProgramPath(hang.row.program));
  // A shell that stays, and is not where the test hangs.
  hang.row.arguments.insert(hang.row.arguments.begin(), {"-c", "\"$@\"; exit $?", "sh"});
  hang.row.program = "/bin/sh";
  return hang;
}

HangCase OneByOne(HangCase hang) {
  hang.row.name += "_isolated";
  hang.row.options.push_back("--isolate");
  hang.row.arguments = {"--gtest_filter=Before.Passes:Ending.ByHanging"};
  hang.row.not_measured = {};
  return hang;
}

class Hangs : public testing::TestWithParam<HangCase> {};

TEST_P(Hangs, IsEndedInTimeAndItsStackIsShown) {
  const HangCase& hang = GetParam();
  const MemprofRun run = ExpectOutcome(hang.row);
  EXPECT_TRUE(Mentions(run.report.hang_stack, hang.function)) << Describe(run);
  EXPECT_EQ(run.report.hang_threads.size(), static_cast<std::size_t>(hang.threads));
  for (const HungThread& thread : run.report.hang_threads) EXPECT_EQ(thread.name, "consumer");
  EXPECT_NE(run.report.crash.find(": it was in "), std::string::npos) << run.report.crash;
  EXPECT_NE(run.report.crash.find("hostile_endings.cc:"), std::string::npos) << run.report.crash;
  EXPECT_EQ(run.WhyNot("stack"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Process, Hangs,
    testing::Values(Hanging("ByHanging", "Ending_ByHanging_Test::TestBody"),
                    Hanging("ByHangingDeep", "Recurse"),
                    Hanging("ByHangingWithoutSignals",
                            "Ending_ByHangingWithoutSignals_Test::TestBody"),
                    Hanging("ByStopping", "Ending_ByStopping_Test::TestBody"),
                    Hanging("ByWaitingForAHungChild", "WaitFor"),
                    Hanging("ByWaitingForThreads", "Ending_ByWaitingForThreads_Test::TestBody", 20),
                    ThroughAScript(Hanging("ByHanging", "Ending_ByHanging_Test::TestBody")),
                    OneByOne(Hanging("ByHanging", "Ending_ByHanging_Test::TestBody"))),
    [](const auto& row) { return row.param.row.name; });

/// Nothing that lives on takes anything from the test after it.
HostileCase Living(const std::string& name) {
  const std::string test = "Living." + name;
  HostileCase row{name, "hostile_endings"};
  row.options = {"--tools", "none", "--no-waste"};
  row.arguments = {FilterOf(test)};
  row.exit_code = 1;
  row.critical = {kAfter};
  row.tests = {
      {kBefore, TestStatus::kPassed}, {test, TestStatus::kPassed}, {kAfter, TestStatus::kPassed}};
  row.tests_on_record = 3;
  if (name == "LeavesADaemon") {
    row.leaves_processes = true;
    row.within_s = 55;  // the daemon lives for sixty
  }
  return row;
}

class Lives : public testing::TestWithParam<HostileCase> {};

TEST_P(Lives, AndNothingIsLost) { ExpectOutcome(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Process, Lives,
                         testing::Values(Living("ForksWithoutExec"), Living("LeavesADaemon"),
                                         Living("VforksAndExecutes"),
                                         Living("LimitsItsAddressSpace"),
                                         Living("LimitsItsDescriptors"), Living("LimitsItsFiles"),
                                         Living("LimitsCoresAndProcesses"),
                                         Living("BlocksAllSignals"), Living("IgnoresSignals"),
                                         Living("ClosesAllOfOurs"), Living("ClosesTheStandardOnes"),
                                         Living("TakesOurNumbers"), Living("ForbidsPtraceAndPipes"),
                                         Living("LeavesItsNamespaces"), Living("DropsPrivileges"),
                                         Living("TakesAnUglyName")),
                         [](const auto& row) { return row.param.name; });

/// The same done in each process before its first malloc, so under LeakSanitizer and massif too.
HostileCase Starting(const std::string& name, const std::string& how) {
  HostileCase row{name, "hostile_endings"};
  row.arguments = {fmt::format("--gtest_filter={}:{}", kBefore, kAfter)};
  row.environment = {{"HOSTILE_START", how}};
  row.exit_code = 1;
  row.critical = {kAfter};
  row.tests = {{kBefore, TestStatus::kPassed}, {kAfter, TestStatus::kPassed}};
  row.tests_on_record = 2;
  return row;
}

class Starts : public testing::TestWithParam<HostileCase> {};

TEST_P(Starts, AndNothingIsLost) { ExpectOutcome(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Process, Starts,
                         testing::Values(Starting("with_all_signals_blocked", "b"),
                                         Starting("closing_all_descriptors", "c"),
                                         Starting("closing_the_standard_ones", "s"),
                                         Starting("handling_signals_that_come_all_the_time", "h")),
                         [](const auto& row) { return row.param.name; });

/// LD_PRELOAD that is set already, in a program that has memprof and in one that gets it so.
HostileCase Preloading(const std::string& name, const std::string& library, bool is_plain) {
  HostileCase row{name + (is_plain ? "_unlinked" : ""),
                  is_plain ? "hostile_endings_plain" : "hostile_endings"};
  row.options = {"--tools", "none", "--no-waste"};
  row.arguments = {fmt::format("--gtest_filter={}:{}", kBefore, kAfter)};
  row.environment = {{"LD_PRELOAD", library}};
  row.exit_code = 1;
  row.critical = {kAfter};
  row.tests_on_record = 2;
  return row;
}

class Preloads : public testing::TestWithParam<HostileCase> {};

TEST_P(Preloads, AndNothingIsLost) { ExpectOutcome(GetParam()); }

std::vector<HostileCase> AllPreloads() {
  std::vector<HostileCase> rows;
  for (const bool is_plain : {false, true}) {
    rows.push_back(Preloading("another", ProgramPath("libleaky_library.so"), is_plain));
    rows.push_back(Preloading("missing", "/nowhere/libmissing.so", is_plain));
    rows.push_back(Preloading("memprof_itself", MEMPROF_TEST_PLUGIN, is_plain));
  }
  return rows;
}

INSTANTIATE_TEST_SUITE_P(Process, Preloads, testing::ValuesIn(AllPreloads()),
                         [](const auto& row) { return row.param.name; });

/// Hangs in a rerun, where each has its own limit: what the other stages know is told.
HostileCase HangingIn(const std::string& stage, const std::string& why) {
  HostileCase row{stage, "hostile_endings"};
  row.options = {"--timeout", fmt::format("{}", kLimit), "--max-runs", "96", "--no-waste"};
  row.arguments = {fmt::format("--gtest_filter={}:Hanging.InAStage", kBefore)};
  row.environment = {{"HOSTILE_HANG", stage}};
  row.tests = {{kBefore, TestStatus::kPassed}, {"Hanging.InAStage", TestStatus::kPassed}};
  row.tests_on_record = 2;
  row.not_measured = {{stage, why}};
  row.within_s = 100;
  if (stage == "triage") return row;  // a leak is known from one run only
  row.exit_code = 1;
  row.critical = {"Hanging.InAStage"};
  return row;
}

class HangsIn : public testing::TestWithParam<HostileCase> {};

TEST_P(HangsIn, ItIsEndedAndTheRestIsTold) { ExpectOutcome(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Stage, HangsIn,
                         testing::Values(HangingIn("triage", "stopped after 3 s"),
                                         HangingIn("lsan", "stopped after 3 s"),
                                         HangingIn("massif", "stopped after 3 s")),
                         [](const auto& row) { return row.param.name; });

TEST(Hang, BeforeTheFirstTestIsSaidWithItsPlace) {
  HostileCase row{"", "hostile_endings"};
  row.options = {"--timeout", fmt::format("{}", kLimit)};
  row.environment = {{"HOSTILE_START", "m"}};
  row.exit_code = 3;
  row.says = {"was stopped after", "it was in ", "Start at "};
  ExpectOutcome(row);
}

TEST(Hang, WithoutPtraceTheLimitHoldsAndTheReasonIsSaid) {
  const std::string out = FreshDirectory("hang_without_ptrace");
  Command command;
  command.arguments = {ProgramPath("no_ptrace"),
                       MEMPROF_TEST_CLI,
                       "run",
                       "--only",
                       "screen",
                       "--timeout",
                       fmt::format("{}", kLimit),
                       "--out",
                       out,
                       "--",
                       ProgramPath("hostile_endings"),
                       FilterOf("Ending.ByHanging")};
  command.output_path = out + "/output.txt";
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->code, 3);
  const Result<std::string> output = ReadFile(command.output_path);
  ASSERT_TRUE(output.ok());
  EXPECT_NE(output->find("where it hung is not known: ptrace is not permitted"), std::string::npos)
      << *output;
  EXPECT_NE(output->find("memprof doctor"), std::string::npos) << *output;
}

TEST(Directory, OfTheProgramIsNotThatOfRelativeOutput) {
  const std::string out = FreshDirectory("relative_output");
  Command command;
  command.arguments = {
      "/bin/sh", "-c",
      fmt::format("cd '{}' && exec '{}' run --tools none --no-waste --out here -- '{}'", out,
                  MEMPROF_TEST_CLI, ProgramPath("hostile_chdir"))};
  command.output_path = out + "/output.txt";
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  const Result<std::string> output = ReadFile(command.output_path);
  EXPECT_EQ(end->code, 1) << (output.ok() ? *output : "");
  EXPECT_TRUE(ReadFile(out + "/here/report.json").ok());
}

}  // namespace
}  // namespace memprof
