// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Binaries as they are, without memprof linked in.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

std::string Plain(const std::string& program) { return ProgramPath(program + "_plain"); }

TEST(Unlinked, ACleanProgramIsClean) {
  const MemprofRun run = RunMemprof(Plain("clean_closed_files"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_TRUE(run.report.findings.empty()) << Describe(run);
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
}

TEST(Unlinked, OneByteIsFoundAtTheLineWhereALinkedBinaryHasIt) {
  const MemprofRun linked = RunMemprof(ProgramPath("found_one_byte"));
  const MemprofRun plain = RunMemprof(Plain("found_one_byte"));
  ASSERT_EQ(linked.report.findings.size(), 1u) << Describe(linked);
  ASSERT_EQ(plain.report.findings.size(), 1u) << Describe(plain);
  const Finding& expected = linked.report.findings[0];
  const Finding& found = plain.report.findings[0];
  EXPECT_EQ(found.severity, Severity::kCritical);
  EXPECT_EQ(found.kind, expected.kind);
  EXPECT_EQ(found.location.file, expected.location.file);
  EXPECT_EQ(found.location.line, expected.location.line);
  EXPECT_EQ(found.fingerprint, expected.fingerprint);
  EXPECT_EQ(found.evidence.size(), expected.evidence.size()) << Describe(plain);
  EXPECT_EQ(plain.report.tests[0].line, linked.report.tests[0].line);
  EXPECT_EQ(plain.report.tests[0].file, linked.report.tests[0].file);
  EXPECT_TRUE(plain.report.not_measured.empty()) << Describe(plain);
  EXPECT_EQ(plain.exit_code, 1);
}

TEST(Unlinked, SkippedAndFailedTestsAreToldApart) {
  const MemprofRun skipped = RunMemprof(Plain("clean_skip"));
  ASSERT_FALSE(skipped.report.tests.empty()) << skipped.output;
  for (const TestReport& test : skipped.report.tests) {
    const MemprofRun linked = RunMemprof(ProgramPath("clean_skip"), {"--only", "screen"});
    EXPECT_EQ(test.status, linked.Test(test.FullName())->status) << test.FullName();
  }
  EXPECT_TRUE(skipped.report.not_measured.empty()) << Describe(skipped);
  EXPECT_EQ(skipped.exit_code, 0);

  const MemprofRun failed = RunMemprof(Plain("clean_failed_assertions"));
  for (const TestReport& test : failed.report.tests) {
    EXPECT_EQ(test.status, TestStatus::kFailed) << test.FullName();
  }
  EXPECT_TRUE(failed.report.findings.empty()) << Describe(failed);
  EXPECT_EQ(failed.exit_code, 4);
}

TEST(Unlinked, TheUsersOwnResultFileStaysHis) {
  const std::string xml = FreshDirectory("unlinked_xml") + "/mine.xml";
  const MemprofRun run = RunMemprof(Plain("clean_skip"), {}, {"--gtest_output=xml:" + xml});
  const Result<std::string> text = ReadFile(xml);
  ASSERT_TRUE(text.ok());
  EXPECT_NE(text->find("<testsuites tests=\"3\""), std::string::npos) << *text;
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
}

TEST(Unlinked, TestsThatNeverRanAreSaid) {
  const MemprofRun run = RunMemprof(Plain("hostile_exit"), {"--only", "screen"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_NE(run.WhyNot("screen").find("never ran"), std::string::npos) << Describe(run);
  EXPECT_NE(run.report.crash.find("Exit.ExitsWithZero"), std::string::npos) << run.report.crash;
}

TEST(Unlinked, AShardHasItsOwnTests) {
  const std::vector<std::pair<std::string, std::string>> shard = {{"GTEST_TOTAL_SHARDS", "2"},
                                                                  {"GTEST_SHARD_INDEX", "1"}};
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--only", "screen"}, {"--only", "screen", "--isolate"}}) {
    const MemprofRun run = RunMemprof(Plain("hostile_chdir"), options, {}, shard);
    ASSERT_EQ(run.report.tests.size(), 1u) << Describe(run);
    EXPECT_EQ(run.WhyNot("screen"), "") << Describe(run);
  }
}

TEST(Unlinked, AProgramThatAScriptStartsIsFoundOut) {
  const MemprofRun run = RunMemprof("env", {"--tools", "lsan"}, {Plain("found_one_byte")});
  EXPECT_EQ(run.Findings(Severity::kCritical).size(), 1u) << Describe(run);
}

TEST(Unlinked, ASecondRunOfAllTestsNeedsIsolation) {
  const MemprofRun whole = RunMemprof(Plain("hostile_runs_twice"));
  ASSERT_EQ(whole.report.tests.size(), 1u) << Describe(whole);
  EXPECT_EQ(whole.report.tests[0].status, TestStatus::kPassed);
  EXPECT_EQ(whole.report.tests[0].verdict, TestVerdict::kNotMeasured);
  EXPECT_NE(whole.WhyNot("screen").find("--isolate"), std::string::npos) << Describe(whole);
  EXPECT_EQ(whole.report.crash, "");
  EXPECT_EQ(whole.exit_code, 3);

  const MemprofRun isolated = RunMemprof(Plain("hostile_runs_twice"), {"--isolate"});
  EXPECT_EQ(isolated.exit_code, 0) << Describe(isolated);
  EXPECT_EQ(isolated.report.tests[0].verdict, TestVerdict::kClean);
}

struct ImpossibleCase {
  const char* name;
  std::string binary;
  const char* says;
};

class Impossible : public testing::TestWithParam<ImpossibleCase> {};

TEST_P(Impossible, IsSaidInASentence) {
  if (access(GetParam().binary.c_str(), F_OK) != 0) GTEST_SKIP() << "cannot be built here";
  const MemprofRun run = RunMemprof(GetParam().binary);
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_FALSE(run.has_report);
  EXPECT_NE(run.output.find(GetParam().says), std::string::npos) << run.output;
}

INSTANTIATE_TEST_SUITE_P(Binary, Impossible,
                         testing::Values(ImpossibleCase{"no_gtest",
                                                        ProgramPath("hostile_not_gtest"),
                                                        "is no GoogleTest program"},
                                         ImpossibleCase{"no_tests", Plain("hostile_no_tests"),
                                                        "never calls RUN_ALL_TESTS"}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Unlinked, ASetuidProgramIsRefusedAndACopyWithoutTheBitIsNot) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const std::string copy = FreshDirectory("setuid") + "/test";
  fs::copy_file(Plain("found_one_byte"), copy);
  ASSERT_EQ(chown(copy.c_str(), 65534, 65534), 0);
  ASSERT_EQ(chmod(copy.c_str(), 04755), 0);
  const MemprofRun refused = RunMemprof(copy);
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_NE(refused.output.find("other privileges (setuid)"), std::string::npos) << refused.output;
  ASSERT_EQ(chmod(copy.c_str(), 0755), 0);
  EXPECT_EQ(RunMemprof(copy, {"--only", "screen"}).exit_code, 0);
}

TEST(Unlinked, AStaticProgramBehindAWrapperIsSaidToo) {
  const std::string binary = ProgramPath("found_one_byte_static");
  if (access(binary.c_str(), F_OK) != 0) GTEST_SKIP() << "cannot be built here";
  const MemprofRun run = RunMemprof("env", {}, {binary});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_NE(run.output.find("static or setuid"), std::string::npos) << run.output;
}

TEST(Unlinked, WithoutTheLibraryTheMessageSaysWhereItWasSought) {
  const MemprofRun named = RunMemprof(Plain("found_one_byte"), {"--plugin", "/nowhere/lib.so"});
  EXPECT_EQ(named.exit_code, 3);
  EXPECT_NE(named.output.find("no libmemprof.so at /nowhere/lib.so"), std::string::npos)
      << named.output;
  const std::string alone = FreshDirectory("driver_alone");
  fs::copy_file(MEMPROF_TEST_CLI, alone + "/memprof");
  Command command;
  command.arguments = {alone + "/memprof", "run", "--out",
                       alone + "/out",     "--",  Plain("found_one_byte")};
  command.unset_environment = {"MEMPROF_PLUGIN"};
  command.output_path = alone + "/output.txt";
  command.time_limit_s = 60;
  const Result<ProcessEnd> end = RunProcess(command);
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end->code, 3);
  const std::string output = ReadFile(command.output_path).value();
  EXPECT_NE(output.find("--plugin"), std::string::npos) << output;
}

TEST(Unlinked, ALibraryBelowAPathWithBlanksAndColonsIsPreloaded) {
  const std::string directory = FreshDirectory("a path: with all");
  fs::copy_file(MEMPROF_TEST_PLUGIN, directory + "/libmemprof.so.0");
  const MemprofRun run = RunMemprof(
      Plain("found_one_byte"), {"--only", "screen", "--plugin", directory + "/libmemprof.so.0"});
  EXPECT_EQ(run.report.tests.size(), 1u) << Describe(run);
}

TEST(Isolated, WhatOneTestSpoilsTheOthersDoNotSee) {
  for (const std::string& binary : {ProgramPath("hostile_crash"), Plain("hostile_crash")}) {
    const MemprofRun run = RunMemprof(binary, {"--isolate", "--only", "screen"});
    ASSERT_EQ(run.report.tests.size(), 3u) << Describe(run);
    EXPECT_EQ(run.Test("Crash.PassesBefore")->status, TestStatus::kPassed);
    EXPECT_EQ(run.Test("Crash.Crashes")->status, TestStatus::kCrashed);
    EXPECT_EQ(run.Test("Crash.NeverRuns")->status, TestStatus::kPassed);
    EXPECT_NE(run.report.crash.find("Crash.Crashes"), std::string::npos) << run.report.crash;
    EXPECT_EQ(run.exit_code, 3);
  }
}

TEST(Isolated, FindsWhatTheWholeFinds) {
  for (const std::string& binary : {ProgramPath("hostile_chdir"), Plain("hostile_chdir")}) {
    const MemprofRun run = RunMemprof(binary, {"--isolate"});
    const auto critical = run.Findings(Severity::kCritical);
    ASSERT_EQ(critical.size(), 1u) << Describe(run);
    EXPECT_EQ(critical[0]->tests, std::vector<std::string>{"Chdir.LeaksThere"});
    EXPECT_NE(critical[0]->rerun.find("--isolate"), std::string::npos) << critical[0]->rerun;
  }
}

TEST(OnlyScreen, SaysWhatItLeftOutAndFindsNothing) {
  for (const std::string& binary : {ProgramPath("found_one_byte"), Plain("found_one_byte")}) {
    const MemprofRun run = RunMemprof(binary, {"--only", "screen"});
    EXPECT_TRUE(run.report.findings.empty()) << Describe(run);
    EXPECT_EQ(run.report.tests[0].verdict, TestVerdict::kNotMeasured);
    EXPECT_EQ(run.report.tests[0].iterations[0].kept_blocks, 1);
    for (const char* tool : {"triage", "lsan", "massif"}) {
      EXPECT_EQ(run.WhyNot(tool).find("left out by --only screen"), 0u) << Describe(run);
    }
    EXPECT_EQ(run.exit_code, 0);
  }
  EXPECT_EQ(RunMemprof(ProgramPath("found_one_byte"), {"--only", "screen", "--require", "lsan"})
                .exit_code,
            2);
}

TEST(OnlyTrace, FindsTheGrowthAndLeavesTheToolsOut) {
  const MemprofRun run = RunMemprof(Plain("found_one_byte"), {"--only", "trace"});
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->location.file, "tests/programs/found_one_byte.cc");
  EXPECT_EQ(run.WhyNot("lsan"), "left out by --only trace");
  EXPECT_EQ(run.WhyNot("massif"), "left out by --only trace");
  EXPECT_EQ(run.exit_code, 1);
}

/// The three stages as CTest runs them.
TEST(UnlinkedStages, FindTheSameInProcessesOfTheirOwn) {
  const std::string out = FreshDirectory("unlinked_stages");
  auto stage = [&](const std::vector<std::string>& which) {
    Command command;
    command.arguments = {MEMPROF_TEST_CLI,    "run",     "--out", out, "--source-root",
                         MEMPROF_TEST_SOURCE, "--tools", "lsan"};
    command.arguments.insert(command.arguments.end(), which.begin(), which.end());
    command.arguments.insert(command.arguments.end(), {"--", Plain("found_one_byte")});
    command.output_path = out + "/output.txt";
    command.time_limit_s = 120;
    const Result<ProcessEnd> end = RunProcess(command);
    return end.ok() ? end->code : -1;
  };
  EXPECT_EQ(stage({"--stage", "screen"}), 0) << ReadFile(out + "/output.txt").value();
  EXPECT_EQ(stage({"--stage", "test", "--test", "OneByte.IsLost"}), 1);
  const std::string said = ReadFile(out + "/output.txt").value();
  EXPECT_NE(said.find("found_one_byte.cc:9"), std::string::npos) << said;
  EXPECT_EQ(stage({"--stage", "report"}), 0);
  EXPECT_NE(ReadFile(out + "/report.json").value().find("memory-leak"), std::string::npos);
}

}  // namespace
}  // namespace memprof
