// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/plan/rerun_plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "runner/plan/test_filter.h"

namespace memprof {
namespace {

const RunFiles kFiles = {"/out/a.rec", "/out/a.log", "/out/a.massif", "/out/a.snapshot", "", ""};

RunOptions OptionsFor(std::vector<std::string> command) {
  RunOptions options;
  options.command = std::move(command);
  return options;
}

std::string ValueOf(const RunPlan& plan, const std::string& name) {
  for (const auto& [key, value] : plan.set_environment) {
    if (key == name) return value;
  }
  return "";
}

bool Unsets(const RunPlan& plan, const std::string& name) {
  return std::find(plan.unset_environment.begin(), plan.unset_environment.end(), name) !=
         plan.unset_environment.end();
}

TEST(ScreenPlan, LeavesTheUsersFlagsAsTheyAre) {
  const RunPlan plan =
      PlanScreen(OptionsFor({"t", "--gtest_shuffle", "--gtest_output=xml:a.xml", "mine"}), kFiles);
  EXPECT_EQ(plan.arguments,
            (std::vector<std::string>{"t", "--gtest_shuffle", "--gtest_output=xml:a.xml", "mine"}));
  EXPECT_FALSE(Unsets(plan, "GTEST_TOTAL_SHARDS"));
  EXPECT_EQ(ValueOf(plan, "MEMPROF_RECORD"), "/out/a.rec");
}

TEST(ScreenPlan, AppendsFilterAndRepeatSoThatTheyWin) {
  RunOptions options = OptionsFor({"t", "--gtest_filter=A.*"});
  options.filter = "B.*";
  options.repeat = 3;
  EXPECT_EQ(PlanScreen(options, kFiles).arguments,
            (std::vector<std::string>{"t", "--gtest_filter=A.*", "--gtest_filter=B.*",
                                      "--gtest_repeat=3"}));
}

TEST(RerunPlan, TakesOutWhateverSelectsOrdersOrWrites) {
  const RunPlan plan = PlanRerun(
      OptionsFor({"t", "--gtest_filter=A.*", "-gtest_shuffle", "--gtest_output=xml:user.xml",
                  "--gtest_repeat=7", "--gtest_fail_fast", "--gtest_random_seed=4",
                  "--gtest_also_run_disabled_tests", "--gtest_filterable", "mine"}),
      "Suite.Name", 12, 2000, kFiles);
  EXPECT_EQ(plan.arguments,
            (std::vector<std::string>{"t", "--gtest_also_run_disabled_tests", "--gtest_filterable",
                                      "mine", "--gtest_filter=Suite.Name", "--gtest_repeat=12"}));
  for (const char* name : {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE",
                           "TEST_TOTAL_SHARDS", "XML_OUTPUT_FILE", "GTEST_OUTPUT", "GTEST_SHUFFLE",
                           "GTEST_FAIL_FAST", "TESTBRIDGE_TEST_ONLY"}) {
    EXPECT_TRUE(Unsets(plan, name)) << name;
  }
  EXPECT_EQ(ValueOf(plan, "GTEST_RECREATE_ENVIRONMENTS_WHEN_REPEATING"), "1");
  EXPECT_EQ(ValueOf(plan, "MEMPROF_SETTLE_MS"), "2000");
}

TEST(TriagePlan, RunsAllTogetherWithAFullTrace) {
  const RunPlan plan =
      PlanTriage(OptionsFor({"t", "--gtest_filter=A.*"}), {"S.A", "S.B"}, 12, 2000, kFiles);
  EXPECT_EQ(plan.arguments,
            (std::vector<std::string>{"t", "--gtest_filter=S.A:S.B", "--gtest_repeat=12"}));
  EXPECT_EQ(ValueOf(plan, "MEMPROF_TRACE"), "1");
  EXPECT_EQ(ValueOf(plan, "MEMPROF_REST_MS"), "");
  EXPECT_EQ(plan.flags, "");
}

TEST(TriagePlan, ALongerRunPausesBeforeItsEnd) {
  const RunPlan plan = PlanTriage(OptionsFor({"t"}), {"S.A"}, 24, 200, kFiles);
  EXPECT_EQ(ValueOf(plan, "MEMPROF_REST_MS"), "2000");
  EXPECT_EQ(ValueOf(plan, "MEMPROF_SETTLE_MS"), "200");
}

TEST(TriagePlan, AFilterThatOverflowsTheArgumentsGoesByAFlagFile) {
  RunFiles files = kFiles;
  files.flags = "/out/a.flags";
  const std::vector<std::string> names(10000, "Suite.ATestOfSomeLength");
  const RunPlan plan = PlanTriage(OptionsFor({"t"}), names, 12, 2000, files);
  EXPECT_EQ(plan.arguments,
            (std::vector<std::string>{"t", "--gtest_flagfile=/out/a.flags", "--gtest_repeat=12"}));
  EXPECT_EQ(plan.flags, "--gtest_filter=" + FilterFor(names) + "\n");
}

TEST(TestFilter, LeavesWhatMeansSomethingToAWildcard) {
  EXPECT_EQ(FilterFor({"Suite/0.Name/3", "Typed/std::map<int, A<-1>*>.Is?\n"}),
            "Suite/0.Name/3:Typed/std??map<int, A<?1>?>.Is??");
}

TEST(LsanPlan, PreloadsFirstAndKeepsTheUsersOptions) {
  const RunPlan plan =
      PlanLsan(OptionsFor({"t"}), "S.N", 6, kFiles, "suppressions=mine.txt", "libother.so");
  EXPECT_EQ(ValueOf(plan, "LD_PRELOAD"), "liblsan.so.0:libother.so");
  const std::string options = ValueOf(plan, "LSAN_OPTIONS");
  EXPECT_EQ(options.find("suppressions=mine.txt:"), 0u) << options;
  EXPECT_NE(options.find("exitcode=0"), std::string::npos);
  EXPECT_NE(options.find("log_path=/out/a.log"), std::string::npos);
  EXPECT_EQ(ValueOf(plan, "MEMPROF_LEAK_CHECK"), "1");
}

TEST(LsanPlan, ASanitizersOwnRuntimeIsAskedAndNoOtherPreloaded) {
  RunOptions options = OptionsFor({"t"});
  options.sanitizer = "AddressSanitizer";
  const RunPlan plan = PlanLsan(options, "S.N", 6, kFiles, "", "");
  EXPECT_EQ(ValueOf(plan, "LD_PRELOAD"), "");
  EXPECT_EQ(ValueOf(plan, "ASAN_OPTIONS"), "") << "the user's stay";
  EXPECT_EQ(ValueOf(plan, "LSAN_OPTIONS").find("detect_leaks=1:"), 0u);
}

TEST(LsanPlan, ATwinIsRunAsItIs) {
  RunOptions options = OptionsFor({"t", "mine"});
  options.lsan_binary = "t_lsan";
  const RunPlan plan = PlanLsan(options, "S.N", 2, kFiles, "", "");
  EXPECT_EQ(plan.arguments[0], "t_lsan");
  EXPECT_EQ(ValueOf(plan, "LD_PRELOAD"), "");
}

TEST(MassifPlan, RunsValgrindAroundTheTestAndAsksForSnapshots) {
  const RunPlan plan = PlanMassif(OptionsFor({"t", "mine"}), "S.N", 8, kFiles);
  EXPECT_EQ(plan.arguments.front(), "valgrind");
  const auto binary = std::find(plan.arguments.begin(), plan.arguments.end(), "t");
  ASSERT_NE(binary, plan.arguments.end());
  EXPECT_EQ(*(binary + 1), "mine");
  EXPECT_NE(std::find(plan.arguments.begin(), binary, "--threshold=0"), binary);
  EXPECT_EQ(ValueOf(plan, "MEMPROF_SNAPSHOT"), "/out/a.snapshot");
  EXPECT_FALSE(Unsets(plan, "MEMPROF_SNAPSHOT"));
}

struct LimitCase {
  double timeout;
  double native;
  int runs;
  double limit;
};

TEST(TrackFdsPlan, RunsValgrindWithoutAToolAroundTheTest) {
  const RunPlan plan = PlanTrackFds(OptionsFor({"t", "--mine"}), "A.B", 6, kFiles);
  EXPECT_EQ(plan.arguments, (std::vector<std::string>{
                                "valgrind", "--tool=none", "--track-fds=yes", "--num-callers=60",
                                "--fullpath-after=", "--log-file=/out/a.log", "t", "--mine",
                                "--gtest_filter=A.B", "--gtest_repeat=6"}));
  EXPECT_TRUE(Unsets(plan, "MEMPROF_SNAPSHOT"));
}

TEST(RerunTimeLimit, IsTwentyTimesTheNativeTimeAndAMinuteAtLeast) {
  for (const LimitCase& c : {LimitCase{0, 0.001, 12, 60}, LimitCase{0, 1, 12, 240},
                             LimitCase{5, 1, 12, 5}, LimitCase{0, 0, 1024, 60}}) {
    RunOptions options;
    options.timeout_s = c.timeout;
    EXPECT_EQ(RerunTimeLimit(options, c.native, c.runs), c.limit);
  }
}

TEST(TriagePlan, TakesThreeHeapSnapshotsEquallyFarApartTheLastAtTheEnd) {
  EXPECT_EQ(SnapshotIterations(12), (std::vector<int>{3, 7, 11}));
  EXPECT_EQ(SnapshotIterations(1024), (std::vector<int>{340, 681, 1023}));
  EXPECT_EQ(SnapshotIterations(2), (std::vector<int>{0, 1}));
  EXPECT_EQ(SnapshotIterations(1), (std::vector<int>{0}));
  const RunPlan plan = PlanTriage(OptionsFor({"t"}), {"A.B"}, 12, 0, kFiles);
  EXPECT_EQ(ValueOf(plan, "MEMPROF_HEAP_SNAPSHOTS"), "3,7,11");
}

TEST(RerunPlan, TakesNoHeapSnapshotsThatTheUsersShellAsksFor) {
  EXPECT_TRUE(Unsets(PlanRerun(OptionsFor({"t"}), "A.B", 2, 0, kFiles), "MEMPROF_HEAP_SNAPSHOTS"));
  EXPECT_TRUE(Unsets(PlanScreen(OptionsFor({"t"}), kFiles), "MEMPROF_HEAP_SNAPSHOTS"));
}

}  // namespace
}  // namespace memprof
