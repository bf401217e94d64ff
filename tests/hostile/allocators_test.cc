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

/// "jemalloc_linked" and "jemalloc" ask for the program that is linked to jemalloc, which is there
/// only where the package is.
bool IsInstalled(std::string name) {
  for (const char* suffix : {"_linked", "_preloaded"}) {
    if (name.ends_with(suffix)) name.resize(name.size() - std::string(suffix).size());
  }
  return std::filesystem::exists(MEMPROF_TEST_HOSTILE "/counts_" + name);
}

constexpr const char* kMissing = "the allocator's package is not installed: see cmake/packages.txt";

/// What GoogleTest's stream takes in a window is in all of them: those of the empty test.
TEST_P(Allocator, IsCountedToTheBlockAndTheByte) {
  if (!IsInstalled(GetParam().name)) GTEST_SKIP() << kMissing;
  const std::string ledger = FreshDirectory("ledger_" + std::string(GetParam().name)) + "/ledger";
  std::vector<std::pair<std::string, std::string>> environment = {{"MEMPROF_TEST_LEDGER", ledger}};
  if (*GetParam().preload != '\0') environment.emplace_back("LD_PRELOAD", GetParam().preload);
  const MemprofRun run = RunMemprof(MEMPROF_TEST_HOSTILE "/" + std::string(GetParam().program),
                                    {"--only", "screen"}, {}, environment);
  ASSERT_TRUE(run.has_report) << run.output;
  std::int64_t allocated = 0;
  std::int64_t kept = 0;
  std::ifstream(ledger) >> allocated >> kept;
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
    testing::Values(AllocatorCase{"glibc", "counts_glibc", ""},
                    AllocatorCase{"jemalloc_preloaded", "counts_glibc", "libjemalloc.so.2"},
                    AllocatorCase{"tcmalloc_preloaded", "counts_glibc", "libtcmalloc.so.4"},
                    AllocatorCase{"tcmalloc_minimal_preloaded", "counts_glibc",
                                  "libtcmalloc_minimal.so.4"},
                    AllocatorCase{"mimalloc_preloaded", "counts_glibc", "libmimalloc.so.2"},
                    AllocatorCase{"jemalloc_linked", "counts_jemalloc", ""},
                    AllocatorCase{"tcmalloc_linked", "counts_tcmalloc", ""},
                    AllocatorCase{"tcmalloc_minimal_linked", "counts_tcmalloc_minimal", ""},
                    AllocatorCase{"mimalloc_linked", "counts_mimalloc", ""}),
    [](const auto& row) { return std::string(row.param.name); });

class LeakBehindAllocator : public testing::TestWithParam<const char*> {};

TEST_P(LeakBehindAllocator, IsFoundAndNothingElseIsCritical) {
  if (!IsInstalled(GetParam())) GTEST_SKIP() << kMissing;
  HostileCase row;
  row.name = GetParam();
  row.program = MEMPROF_TEST_HOSTILE "/build_" + row.name;
  row.options = {"--tools", "lsan"};
  row.exit_code = 1;
  row.critical = {"Build.LosesOneBlock"};
  row.tests_on_record = 3;
  ExpectOutcome(row);
}

INSTANTIATE_TEST_SUITE_P(Linked, LeakBehindAllocator,
                         testing::Values("jemalloc", "tcmalloc", "mimalloc"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
