// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/hostile/hostile_case.h"

// Other allocators than glibc's: Debian's jemalloc, tcmalloc and mimalloc, linked and preloaded.

namespace memprof {
namespace {

struct AllocatorCase {
  const char* name;
  const char* program;  ///< below MEMPROF_TEST_HOSTILE
  const char* preload;
};

void PrintTo(const AllocatorCase& row, std::ostream* out) { *out << row.name; }

class Allocator : public testing::TestWithParam<AllocatorCase> {};

const IterationStats& FiguresOf(const MemprofRun& run, const char* test) {
  static const IterationStats none;
  const TestReport* const found = run.Test(test);
  return found != nullptr && !found->iterations.empty() ? found->iterations[0] : none;
}

/// A program is built where its allocator's package is; the one that is linked to the allocator
/// tells of a preload too.
bool IsInstalled(const AllocatorCase& row) {
  std::string name = row.name;
  const std::string preloaded = "_preloaded";
  const bool is_preloaded = name.ends_with(preloaded);
  if (is_preloaded) name.resize(name.size() - preloaded.size());
  return std::filesystem::exists(MEMPROF_TEST_HOSTILE "/" +
                                 (is_preloaded ? "counts_" + name : std::string(row.program)));
}

constexpr const char* kMissing = "the allocator's package is not installed: see cmake/packages.txt";

struct Counted {
  MemprofRun run;
  std::int64_t allocated = 0;  ///< by the allocator's own word
  std::int64_t kept = 0;
};

Counted RunCounts(const AllocatorCase& row) {
  Counted counted;
  const std::string ledger = FreshDirectory("ledger_" + std::string(row.name)) + "/ledger";
  std::vector<std::pair<std::string, std::string>> environment = {{"MEMPROF_TEST_LEDGER", ledger}};
  if (*row.preload != '\0') environment.emplace_back("LD_PRELOAD", row.preload);
  // GoogleTest's stream tells the test's milliseconds, and a second digit may take more bytes.
  for (int attempt = 0; attempt < 5; ++attempt) {
    counted.run = RunMemprof(MEMPROF_TEST_HOSTILE "/" + std::string(row.program),
                             {"--only", "screen"}, {}, environment);
    if (FiguresOf(counted.run, "Counts.EachFunction").wall_ns < 9'000'000) break;
  }
  std::ifstream(ledger) >> counted.allocated >> counted.kept;
  return counted;
}

/// What GoogleTest's stream takes in a window is in all of them: those of the empty test.
TEST_P(Allocator, IsCountedToTheBlockAndTheByte) {
  if (!IsInstalled(GetParam())) GTEST_SKIP() << kMissing;
  const auto& [run, allocated, kept] = RunCounts(GetParam());
  ASSERT_TRUE(run.has_report) << run.output;
  ASSERT_GT(allocated, 0) << run.output;
  const IterationStats& all = FiguresOf(run, "Counts.EachFunction");
  const IterationStats& keeps = FiguresOf(run, "Counts.KeptForTheNextTest");
  const IterationStats& gives = FiguresOf(run, "Counts.GivesBack");
  const IterationStats& empty = FiguresOf(run, "Counts.IsWrittenDown");
  ASSERT_TRUE(all.allocations && keeps.kept_blocks && gives.kept_blocks && empty.allocations)
      << Describe(run);
  EXPECT_EQ(*all.allocations - *empty.allocations, 1400);
  EXPECT_EQ(*all.allocated_bytes - *empty.allocated_bytes, allocated);
  EXPECT_EQ(*all.kept_blocks, 0);
  EXPECT_EQ(*all.kept_bytes, 0);
  EXPECT_EQ(*keeps.kept_blocks, 100);
  EXPECT_EQ(*keeps.kept_bytes, kept);
  EXPECT_EQ(*gives.kept_blocks, -100);
  EXPECT_EQ(*gives.kept_bytes, -kept);
  EXPECT_EQ(FiguresOf(run, "Counts.LosesOne").kept_blocks, 1);
}

INSTANTIATE_TEST_SUITE_P(
    Debian, Allocator,
    testing::Values(
        AllocatorCase{"glibc", "counts_glibc", ""},
        AllocatorCase{"jemalloc_preloaded", "counts_glibc", "libjemalloc.so.2"},
        AllocatorCase{"tcmalloc_preloaded", "counts_glibc", "libtcmalloc.so.4"},
        AllocatorCase{"tcmalloc_minimal_preloaded", "counts_glibc", "libtcmalloc_minimal.so.4"},
        AllocatorCase{"mimalloc_preloaded", "counts_glibc", "libmimalloc.so.2"},
        AllocatorCase{"jemalloc_linked", "counts_jemalloc", ""},
        AllocatorCase{"tcmalloc_linked", "counts_tcmalloc", ""},
        AllocatorCase{"tcmalloc_minimal_linked", "counts_tcmalloc_minimal", ""},
        AllocatorCase{"mimalloc_linked", "counts_mimalloc", ""},
        AllocatorCase{"jemalloc_behind_the_listener", "counts_before_jemalloc", ""},
        AllocatorCase{"tcmalloc_behind_the_listener", "counts_before_tcmalloc", ""},
        AllocatorCase{"tcmalloc_minimal_behind_the_listener", "counts_before_tcmalloc_minimal", ""},
        AllocatorCase{"mimalloc_behind_the_listener", "counts_before_mimalloc", ""},
        AllocatorCase{"jemalloc_before_the_listener", "counts_behind_jemalloc", ""},
        AllocatorCase{"tcmalloc_before_the_listener", "counts_behind_tcmalloc", ""},
        AllocatorCase{"tcmalloc_minimal_before_the_listener", "counts_behind_tcmalloc_minimal", ""},
        AllocatorCase{"mimalloc_before_the_listener", "counts_behind_mimalloc", ""},
        AllocatorCase{"own_new_over_malloc", "counts_own_new", ""}),
    [](const auto& row) { return std::string(row.param.name); });

/// What the hooks do not see is said, and never a zero that nobody measured.
class HiddenHeap : public testing::TestWithParam<AllocatorCase> {};

TEST_P(HiddenHeap, IsSaidToBeSo) {
  if (!IsInstalled(GetParam())) GTEST_SKIP() << kMissing;
  const auto& [run, allocated, kept] = RunCounts(GetParam());
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_EQ(run.report.tests.size(), 5u);
  const std::string why = run.WhyNot("heap");
  const bool is_malloc = std::string(GetParam().name) != "own_new_over_an_arena";
  EXPECT_NE(why.find(is_malloc ? "answers malloc" : "operator new of counts_own_arena_new"),
            std::string::npos)
      << Describe(run);
  if (!is_malloc) return;
  for (const TestReport& test : run.report.tests) {
    EXPECT_FALSE(test.iterations[0].allocations.has_value()) << test.name;
    EXPECT_FALSE(test.iterations[0].kept_bytes.has_value()) << test.name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Program, HiddenHeap,
    testing::Values(AllocatorCase{"own_new_over_an_arena", "counts_own_arena_new", ""},
                    AllocatorCase{"own_malloc", "counts_own_malloc", ""},
                    AllocatorCase{"jemalloc_archive", "counts_jemalloc_archive", ""},
                    AllocatorCase{"tcmalloc_minimal_archive", "counts_tcmalloc_minimal_archive",
                                  ""}),
    [](const auto& row) { return std::string(row.param.name); });

struct LeakCase {
  const char* name;
  const char* program;
  const char* preload;
  const char* tools;
};

void PrintTo(const LeakCase& row, std::ostream* out) { *out << row.name; }

class LeakBehindAllocator : public testing::TestWithParam<LeakCase> {};

TEST_P(LeakBehindAllocator, IsFoundAndNothingElseIsCritical) {
  const LeakCase& leak = GetParam();
  HostileCase row;
  row.name = leak.name;
  row.program = MEMPROF_TEST_HOSTILE "/" + std::string(leak.program);
  if (!IsInstalled({leak.name, leak.program, leak.preload})) GTEST_SKIP() << kMissing;
  if (*leak.preload != '\0') row.environment = {{"LD_PRELOAD", leak.preload}};
  row.options = {"--tools", leak.tools};
  row.exit_code = 1;
  row.critical = {"Build.LosesOneBlock"};
  row.tests_on_record = 3;
  const MemprofRun run = ExpectOutcome(row);
  const auto critical = run.Findings(Severity::kCritical);
  ASSERT_EQ(critical.size(), 1u) << Describe(run);
  EXPECT_EQ(critical[0]->location.line, 14) << Describe(run);
}

INSTANTIATE_TEST_SUITE_P(
    Debian, LeakBehindAllocator,
    testing::Values(LeakCase{"jemalloc_linked", "build_jemalloc", "", "lsan"},
                    LeakCase{"tcmalloc_linked", "build_tcmalloc", "", "lsan"},
                    LeakCase{"tcmalloc_minimal_linked", "build_tcmalloc_minimal", "", "none"},
                    LeakCase{"mimalloc_linked", "build_mimalloc", "", "lsan"},
                    LeakCase{"jemalloc_preloaded", "build_plain", "libjemalloc.so.2", "none"},
                    LeakCase{"tcmalloc_preloaded", "build_plain", "libtcmalloc.so.4", "none"},
                    LeakCase{"tcmalloc_minimal_preloaded", "build_plain",
                             "libtcmalloc_minimal.so.4", "none"},
                    LeakCase{"mimalloc_preloaded", "build_plain", "libmimalloc.so.2", "none"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
