// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "runner/execute/files.h"
#include "runner/execute/process.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

bool SaysBy(const std::string& source, const std::string& text, const Finding& finding) {
  return std::any_of(finding.evidence.begin(), finding.evidence.end(), [&](const Evidence& each) {
    return each.source == source && each.text.find(text) != std::string::npos;
  });
}

TEST(Hostile, ClosingAllDescriptorsLosesNothing) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_close_all_fds"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.report.tests.size(), 3u) << Describe(run);
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->tests, std::vector<std::string>{"CloseAll.LeaksAfter"});
  EXPECT_EQ(run.exit_code, 1);
}

TEST(Hostile, AnotherDirectoryLosesNothing) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_chdir"));
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->tests, std::vector<std::string>{"Chdir.LeaksThere"});
}

TEST(Hostile, ATestThatCannotRunTwiceIsSaidSo) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_fails_when_repeated"));
  EXPECT_NE(run.WhyNot("triage").find("run 2"), std::string::npos) << Describe(run);
  const auto findings = run.Findings(Severity::kWarning);
  for (const Finding* finding : findings) EXPECT_EQ(finding->severity, Severity::kWarning);
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
  EXPECT_EQ(
      RunMemprof(ProgramPath("hostile_fails_when_repeated"), {"--require", "triage"}).exit_code, 3);
}

/// A process of one thread needs no ptrace for its heap snapshot, which tells what is lost alone.
TEST(Hostile, WithoutPtraceTheSnapshotTellsTheLossThatLeakSanitizerCannot) {
  const MemprofRun run = RunMemprof(ProgramPath("no_ptrace"), {}, {ProgramPath("found_one_byte")});
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_NE(run.WhyNot("lsan"), "") << Describe(run);
  EXPECT_NE(run.WhyNot("lsan").find("ptrace"), std::string::npos) << run.WhyNot("lsan");
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(critical[0]->tests, std::vector<std::string>{"OneByte.IsLost"});
  EXPECT_TRUE(SaysBy("trace", "heap snapshot after run 1,024: nothing refers to", *critical[0]))
      << Describe(run);
  EXPECT_TRUE(SaysBy("lsan", "not measured", *critical[0])) << Describe(run);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(
      RunMemprof(ProgramPath("no_ptrace"), {"--require", "lsan"}, {ProgramPath("found_one_byte")})
          .exit_code,
      3);
}

TEST(Hostile, WithoutValgrindMassifIsNotMeasured) {
  const MemprofRun run =
      RunMemprof(ProgramPath("found_one_byte"), {"--valgrind", "/nowhere/valgrind"});
  EXPECT_NE(run.WhyNot("massif").find("not installed"), std::string::npos) << Describe(run);
  EXPECT_EQ(run.WhyNot("lsan"), "");
  EXPECT_EQ(run.Findings(Severity::kCritical).size(), 1u) << Describe(run);
  EXPECT_EQ(run.exit_code, 1);
}

TEST(Hostile, WithoutLiblsanLeakSanitizerIsNotMeasured) {
  const MemprofRun run =
      RunMemprof(ProgramPath("found_one_byte"), {"--lsan-library", "/nowhere/liblsan.so.0"});
  EXPECT_NE(run.WhyNot("lsan").find("not loaded"), std::string::npos) << Describe(run);
  EXPECT_EQ(run.Findings(Severity::kCritical).size(), 1u) << Describe(run);
}

TEST(Hostile, ACrashUnderValgrindIsNotMeasured) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_crash_under_valgrind"));
  EXPECT_NE(run.WhyNot("massif").find("SIGABRT"), std::string::npos) << Describe(run);
  EXPECT_EQ(run.Findings(Severity::kCritical).size(), 1u) << Describe(run);
  EXPECT_EQ(run.exit_code, 1);
}

TEST(Hostile, AHangUnderLeakSanitizerIsNotMeasured) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_hang_under_lsan"), {"--timeout", "10"});
  EXPECT_NE(run.WhyNot("lsan").find("timed out"), std::string::npos) << Describe(run);
  EXPECT_EQ(run.Findings(Severity::kCritical).size(), 1u) << Describe(run);
}

TEST(Hostile, ASecondRunOfAllTestsIsLeftAlone) {
  const MemprofRun run = RunMemprof(ProgramPath("hostile_runs_twice"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.report.tests.size(), 1u);
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
  EXPECT_EQ(run.exit_code, 0);
}

TEST(Hostile, FilesOfTheUserInTheOutputDirectoryStay) {
  const std::string out = FreshDirectory("shared_out");
  ASSERT_TRUE(MakeDirectory(out + "/work").ok());
  ASSERT_TRUE(WriteFile(out + "/work/thesis.txt", "mine").ok());
  Command command;
  command.arguments = {MEMPROF_TEST_CLI,
                       "run",
                       "--quiet",
                       "--tools",
                       "none",
                       "--out",
                       out,
                       "--",
                       ProgramPath("found_one_byte")};
  command.output_path = out + "/output.txt";
  command.time_limit_s = 120;
  for (int run = 0; run < 2; ++run) {
    const Result<ProcessEnd> end = RunProcess(command);
    ASSERT_TRUE(end.ok() && end->code == 1);
    EXPECT_TRUE(ReadFile(out + "/report.json").ok());
    EXPECT_TRUE(ReadFile(out + "/work/thesis.txt").ok());
  }
}

struct UnusableCase {
  const char* name;
  std::string binary;
  int exit_code;
  const char* says;
};

class Unusable : public testing::TestWithParam<UnusableCase> {};

TEST_P(Unusable, IsSaidInASentence) {
  const MemprofRun run = RunMemprof(GetParam().binary);
  EXPECT_EQ(run.exit_code, GetParam().exit_code);
  EXPECT_FALSE(run.has_report);
  EXPECT_NE(run.output.find(GetParam().says), std::string::npos) << run.output;
}

INSTANTIATE_TEST_SUITE_P(
    Binary, Unusable,
    testing::Values(
        UnusableCase{"no_tests_run", ProgramPath("hostile_no_tests"), 3,
                     "no GoogleTest test of it was seen"},
        UnusableCase{"not_gtest", ProgramPath("hostile_not_gtest"), 3, "memprof::gtest_main"},
        UnusableCase{"missing", "/nowhere/foo_test", 3, "No such file"},
        UnusableCase{"not_a_program", MEMPROF_TEST_SOURCE "/README.md", 3, "cannot be started"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Reruns, AreSafeFromTheUsersFlagsAndEnvironment) {
  const std::string xml = FreshDirectory("reruns_xml") + "/user.xml";
  const MemprofRun run =
      RunMemprof(ProgramPath("hostile_chdir"), {}, {"--gtest_output=xml:" + xml, "--gtest_shuffle"},
                 {{"GTEST_TOTAL_SHARDS", "2"}, {"GTEST_SHARD_INDEX", "1"}});
  // The second shard holds the leaking test alone; its reruns must not be sharded again.
  ASSERT_EQ(run.report.tests.size(), 1u) << Describe(run);
  EXPECT_EQ(run.Findings(Severity::kCritical).size(), 1u) << Describe(run);
  EXPECT_EQ(run.WhyNot("triage"), "");
}

}  // namespace
}  // namespace memprof
