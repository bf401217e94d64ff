// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// Programs in which nothing leaks, however much it looks like it, and in which much is allocated
/// as ordinary tests do. Those without "clean_" are examples.
constexpr std::array kCleanPrograms = {
    "buffer_accumulation_fixed",
    "cache_without_eviction_fixed",
    "clean_background_thread",
    "clean_bounded_ring",
    "clean_cache_full_late",
    "clean_closed_files",
    "clean_cycle_with_weak_pointer",
    "clean_death_tests",
    "clean_event_simulation",
    "clean_failed_assertions",
    "clean_fixed_key_cache",
    "clean_forked_child_leaks",
    "clean_given_back_later",
    "clean_gmock_objects",
    "clean_hidden_pointers",
    "clean_joined_threads",
    "clean_json_parsing",
    "clean_lazy_singleton",
    "clean_log_file_once",
    "clean_lru_1000",
    "clean_matrix_work",
    "clean_param_typed",
    "clean_record_index",
    "clean_record_property",
    "clean_skip",
    "clean_suite_resources",
    "clean_temporary_files",
    "clean_text_work",
    "clean_thread_pool",
    "clean_wire_format",
    "closure_capture_fixed",
    "handle_not_closed_fixed",
    "listener_not_removed_fixed",
    "lost_owner_fixed",
    "object_not_released_fixed",
    "reference_cycle_fixed",
    "static_lifetime_fixed",
    "string_concatenation_fixed",
    "thread_not_joined_fixed",
    "unbounded_collection_fixed",
};

/// What the findings of waste on one test promise together.
struct Promise {
  std::int64_t bytes = 0;
  std::int64_t calls = 0;
};

/// A test may waste where the program has the rewrite: `Suite.TestRewritten` does the same, and
/// saves what the findings promise, within a fifth.
void ExpectWasteIsTrue(const MemprofRun& run) {
  std::map<std::string, Promise> promises;
  for (const Finding* finding : run.Findings(Severity::kOptimization)) {
    ASSERT_EQ(finding->severity, Severity::kOptimization) << Describe(run);
    ASSERT_EQ(finding->tests.size(), 1u) << finding->title;
    ASSERT_TRUE(finding->fix) << finding->title;
    Promise& promise = promises[finding->tests[0]];
    promise.bytes += finding->fix->expected_reduction_bytes.value_or(0);
    promise.calls += finding->fix->expected_reduction_calls.value_or(0);
  }
  for (const auto& [name, promise] : promises) {
    const TestReport* wasteful = run.Test(name);
    const TestReport* rewritten = run.Test(name + "Rewritten");
    ASSERT_TRUE(wasteful != nullptr && rewritten != nullptr) << name << "\n" << Describe(run);
    EXPECT_EQ(rewritten->verdict, TestVerdict::kClean);
    const IterationStats& before = wasteful->iterations.at(0);
    const IterationStats& after = rewritten->iterations.at(0);
    EXPECT_GE(*before.allocated_bytes - *after.allocated_bytes, promise.bytes - promise.bytes / 5);
    EXPECT_GE(*before.allocations - *after.allocations, promise.calls - promise.calls / 5);
  }
}

class Clean : public testing::TestWithParam<const char*> {};

TEST_P(Clean, IsNotAccusedLinkedOrNot) {
  const std::string name = GetParam();
  const MemprofRun run =
      RunMemprof(name.starts_with("clean_") ? ProgramPath(name) : ExamplePath(name));
  ASSERT_TRUE(run.has_report) << run.output;
  ExpectWasteIsTrue(run);
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
  EXPECT_FALSE(run.report.tests.empty());
  // Its tests fail on purpose.
  const int exit_code = name == "clean_failed_assertions" ? 4 : 0;
  EXPECT_EQ(run.exit_code, exit_code) << Describe(run);
  const MemprofRun plain = RunMemprof(PlainPath(name));
  EXPECT_EQ(Comparable(plain), Comparable(run)) << Describe(plain);
}

INSTANTIATE_TEST_SUITE_P(Program, Clean, testing::ValuesIn(kCleanPrograms),
                         [](const auto& row) { return std::string(row.param); });

TEST(CleanSuite, HasFortyPrograms) { EXPECT_GE(std::size(kCleanPrograms), 40u); }

TEST(CleanSuite, CostsTheScreenAlone) {
  const MemprofRun run = RunMemprof(ProgramPath("many_tests"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.report.tests.size(), 10000u);
  // Each process of the test binary leaves a record or a log of its own in the work directory.
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(run.out + "/work")) {
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(name == "screen.rec" || name == "screen.log") << name;
    ++files;
  }
  EXPECT_EQ(files, 2);
  EXPECT_EQ(run.report.stages.size(), 1u);
}

}  // namespace
}  // namespace memprof
