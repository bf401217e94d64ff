// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "runner/plan/rerun_plan.h"

namespace memprof {
namespace {

const RunFiles kFiles = {"/out/a.rec",      "/out/a.log",          "/out/a.massif",
                         "/out/a.snapshot", "/out/a.results.json", "/out/a.flags"};

RunOptions Unlinked(std::vector<std::string> command = {"t"}) {
  RunOptions options;
  options.command = std::move(command);
  options.preload = {"/p/libmemprof.so.0"};
  options.user_preload = "libmine.so";
  return options;
}

std::vector<std::string> ValuesOf(const RunPlan& plan, const std::string& name) {
  std::vector<std::string> values;
  for (const auto& [key, value] : plan.set_environment) {
    if (key == name) values.push_back(value);
  }
  return values;
}

bool HasArgument(const RunPlan& plan, const std::string& argument) {
  return std::find(plan.arguments.begin(), plan.arguments.end(), argument) != plan.arguments.end();
}

struct PlanCase {
  const char* name;
  RunPlan plan;
  const char* preload;
};

std::vector<PlanCase> EveryPlan(const RunOptions& options) {
  return {
      {"screen", PlanScreen(options, kFiles), "/p/libmemprof.so.0:libmine.so"},
      {"isolated", PlanIsolated(options, "S.N", 1, kFiles), "/p/libmemprof.so.0:libmine.so"},
      {"rerun", PlanRerun(options, "S.N", 12, 0, kFiles), "/p/libmemprof.so.0:libmine.so"},
      {"long rerun", PlanLongRerun(options, "S.N", 99, 0, kFiles), "/p/libmemprof.so.0:libmine.so"},
      {"triage", PlanTriage(options, {"S.N"}, 12, 0, kFiles), "/p/libmemprof.so.0:libmine.so"},
      {"lsan", PlanLsan(options, "S.N", 6, kFiles, "", "libmine.so"),
       "liblsan.so.0:/p/libmemprof.so.0:libmine.so"},
      {"massif", PlanMassif(options, "S.N", 8, kFiles), "/p/libmemprof.so.0:libmine.so"},
  };
}

TEST(PreloadPlan, EveryRunPreloadsAndStreamsToThePlugin) {
  for (const PlanCase& each : EveryPlan(Unlinked())) {
    EXPECT_EQ(ValuesOf(each.plan, "LD_PRELOAD"), std::vector<std::string>{each.preload})
        << each.name;
    EXPECT_EQ(ValuesOf(each.plan, "MEMPROF_STREAM"), std::vector<std::string>{"1"}) << each.name;
    EXPECT_EQ(ValuesOf(each.plan, "GTEST_STREAM_RESULT_TO"),
              std::vector<std::string>{record::kStreamSentinel})
        << each.name;
    const bool runs_once =
        std::string(each.name) == "screen" || std::string(each.name) == "isolated";
    EXPECT_EQ(HasArgument(each.plan, "--gtest_output=json:/out/a.results.json"), runs_once)
        << each.name;
  }
}

TEST(PreloadPlan, ALinkedBinaryIsNeitherPreloadedNorStreamed) {
  RunOptions linked = Unlinked();
  linked.preload.clear();
  for (const PlanCase& each : EveryPlan(linked)) {
    if (std::string(each.name) != "lsan") {
      EXPECT_TRUE(ValuesOf(each.plan, "LD_PRELOAD").empty()) << each.name;
    }
    EXPECT_TRUE(ValuesOf(each.plan, "GTEST_STREAM_RESULT_TO").empty()) << each.name;
    const auto& unset = each.plan.unset_environment;
    EXPECT_NE(std::find(unset.begin(), unset.end(), "MEMPROF_STREAM"), unset.end()) << each.name;
    const bool is_asked = std::string(each.name) == "screen";  // by naming the file
    EXPECT_EQ(HasArgument(each.plan, "--gtest_output=json:/out/a.results.json"), is_asked)
        << each.name;
  }
}

TEST(PreloadPlan, LsanComesBeforeASanitizersRuntimeAndUs) {
  RunOptions options = Unlinked();
  options.preload = {"libubsan.so.1", "/p/libmemprof.so.0"};
  options.user_preload.clear();
  EXPECT_EQ(ValuesOf(PlanLsan(options, "S.N", 6, kFiles, "", ""), "LD_PRELOAD"),
            std::vector<std::string>{"liblsan.so.0:libubsan.so.1:/p/libmemprof.so.0"});
}

TEST(PreloadPlan, ATwinHasAPreloadOfItsOwn) {
  RunOptions options = Unlinked();
  options.lsan_binary = "t_lsan";
  const RunPlan linked = PlanLsan(options, "S.N", 6, kFiles, "", "libmine.so");
  EXPECT_TRUE(ValuesOf(linked, "MEMPROF_STREAM").empty());
  options.lsan_preload = {"liblsan.so.0", "/p/libmemprof.so.0"};
  const RunPlan plain = PlanLsan(options, "S.N", 6, kFiles, "", "libmine.so");
  EXPECT_EQ(plain.arguments[0], "t_lsan");
  EXPECT_EQ(ValuesOf(plain, "LD_PRELOAD"),
            std::vector<std::string>{"liblsan.so.0:/p/libmemprof.so.0:libmine.so"});
}

TEST(PreloadPlan, TheUsersOwnStreamTargetYields) {
  const RunPlan plan =
      PlanScreen(Unlinked({"t", "--gtest_stream_result_to=ci:99", "--gtest_shuffle"}), kFiles);
  EXPECT_FALSE(HasArgument(plan, "--gtest_stream_result_to=ci:99"));
  EXPECT_TRUE(HasArgument(plan, "--gtest_shuffle"));
}

TEST(ListPlan, ListsWithTheUsersFilterAndShardAndWithoutThePlugin) {
  RunOptions options = Unlinked({"t", "--gtest_filter=A.*", "--gtest_output=xml:a.xml"});
  options.filter = "B.*";
  const RunPlan plan = PlanList(options, "/out/list.json");
  EXPECT_EQ(plan.arguments,
            (std::vector<std::string>{"t", "--gtest_filter=A.*", "--gtest_filter=B.*",
                                      "--gtest_list_tests", "--gtest_output=json:/out/list.json"}));
  EXPECT_TRUE(ValuesOf(plan, "LD_PRELOAD").empty());
  const auto& unset = plan.unset_environment;
  EXPECT_EQ(std::find(unset.begin(), unset.end(), "GTEST_TOTAL_SHARDS"), unset.end());
  EXPECT_NE(std::find(unset.begin(), unset.end(), "GTEST_STREAM_RESULT_TO"), unset.end());
}

TEST(ListPlan, ListsTheTestsOfAllShardsWhereAsked) {
  const RunPlan plan = PlanList(Unlinked({"t"}), "/out/list.json", Shards::kAll);
  const auto& unset = plan.unset_environment;
  for (const char* name :
       {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", "TEST_SHARD_INDEX"}) {
    EXPECT_NE(std::find(unset.begin(), unset.end(), name), unset.end()) << name;
  }
}

TEST(Results, AreTheUsersWhereHisFlagsOrHisEnvironmentSaySo) {
  EXPECT_FALSE(WritesResults(Unlinked({"t", "--gtest_outputs=1"}), false));
  EXPECT_TRUE(WritesResults(Unlinked({"t", "--gtest_output=xml"}), false));
  EXPECT_TRUE(WritesResults(Unlinked({"t", "-gtest_output=json:a"}), false));
  EXPECT_TRUE(WritesResults(Unlinked(), true));
}

}  // namespace
}  // namespace memprof
