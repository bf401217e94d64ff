// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/call_site.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

Frame Call(std::string function, int line = 1) {
  return {std::move(function), "/src/t.cc", line, ""};
}

LsanLeak Leak(std::int64_t blocks, std::int64_t bytes, int line = 1, bool direct = true) {
  return {direct, bytes, blocks, {Call("operator new(unsigned long)", 0), Call("Drop()", line)}};
}

LsanLog Log(std::vector<LsanLeak> leaks) { return {std::move(leaks), true}; }

LsanLog Captured(const std::string& name) {
  auto log = ParseLsanLog(ReadFixture("lsan/" + name));
  EXPECT_TRUE(log.ok());
  return log.ok() ? *std::move(log) : LsanLog{};
}

TEST(LostSites, RecurWhereTheLongerRunLostMoreAndOnlyThere) {
  struct Row {
    const char* what;
    std::int64_t short_blocks, long_blocks;
    int runs_short, runs_long;
    bool recurs;
    std::int64_t blocks_per_run;
  };
  for (const Row& row : std::vector<Row>{
           {"one block a run", 3, 9, 3, 9, true, 1},
           {"one block a run, a stale slot hides the last of both", 2, 8, 3, 9, true, 1},
           {"four blocks a run", 12, 36, 3, 9, true, 4},
           {"one block in every second run", 1, 4, 3, 9, true, 1},
           {"one block once", 1, 1, 3, 9, false, 0},
           {"five blocks once", 5, 5, 3, 9, false, 0},
           {"two blocks once, a stale slot hides one in the shorter run", 1, 2, 3, 9, false, 0},
           {"some blocks once, seen by the longer run", 0, 5, 3, 9, false, 0},
           {"missing in the shorter run, one for each of the longer", 0, 9, 3, 9, true, 1},
           {"missing in the shorter run, slots hide two of the longer too", 0, 4, 2, 6, true, 1},
           {"missing in the shorter run, slots hide one of the longer too", 0, 5, 2, 6, true, 1},
           {"missing in the shorter run, slots hide two runs of two blocks", 0, 8, 2, 6, true, 2},
           {"one block once, which a slot hid in the shorter run", 0, 1, 1, 2, false, 0},
           {"two more in a hundred runs", 1, 3, 3, 103, false, 0},
           {"one additional run", 2, 3, 2, 3, true, 1},
           {"no additional run", 2, 2, 2, 2, true, 1},
           {"a single run", 1, 1, 1, 1, false, 0},
           {"lost by the shorter run alone", 1, 0, 3, 9, false, 0},
       }) {
    SCOPED_TRACE(row.what);
    LsanLog short_run, long_run;
    if (row.short_blocks > 0) short_run = Log({Leak(row.short_blocks, row.short_blocks * 10)});
    if (row.long_blocks > 0) long_run = Log({Leak(row.long_blocks, row.long_blocks * 10)});
    const auto lost = CompareLostSites(short_run, row.runs_short, long_run, row.runs_long);
    ASSERT_EQ(lost.size(), 1u);
    EXPECT_EQ(lost[0].recurs, row.recurs);
    EXPECT_EQ(lost[0].blocks_per_run, row.blocks_per_run);
    const std::int64_t total = row.long_blocks > 0 ? row.long_blocks : row.short_blocks;
    EXPECT_EQ(lost[0].total_blocks, total);
    EXPECT_EQ(lost[0].total_bytes, total * 10);
    EXPECT_EQ(lost[0].bytes_per_run > 0, row.recurs);
  }
}

TEST(LostSites, BytesOfARunAreTheDifferenceByTheAdditionalRuns) {
  const auto lost = CompareLostSites(Log({Leak(2, 66)}), 3, Log({Leak(8, 264)}), 9);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].bytes_per_run, 33);
}

// The 2-run log hides both blocks, the 6-run log one: what is left is still a block in every run.
TEST(LostSites, BlockOfEveryRunIsOneThoughTheShorterRunHidesAll) {
  const auto lost = CompareLostSites({}, 2, Log({Leak(5, 150)}), 6);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_TRUE(lost[0].every_run);
  EXPECT_EQ(lost[0].bytes_per_run, 30);
}

TEST(LostSites, EveryFrameTellsSitesApart) {
  const auto lost = CompareLostSites({}, 3, Log({Leak(1, 1, 1), Leak(1, 2, 2)}), 9);
  ASSERT_EQ(lost.size(), 2u);
  EXPECT_EQ(lost[0].total_bytes, 2);
  EXPECT_EQ(lost[1].total_bytes, 1);
}

// A stale word in one lost block may point to the next: the site is one, and is lost every run.
TEST(LostSites, DirectAndIndirectBlocksOfOneStackAreOneSite) {
  const LsanLog short_run = Log({Leak(1, 24)});
  const LsanLog long_run = Log({Leak(2, 48), Leak(3, 72, 1, false)});
  const auto lost = CompareLostSites(short_run, 2, long_run, 6);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_TRUE(lost[0].direct);
  EXPECT_TRUE(lost[0].recurs);
  EXPECT_EQ(lost[0].blocks_per_run, 1);
  EXPECT_EQ(lost[0].bytes_per_run, 24);
}

TEST(LostSites, SameSiteFromSeveralProcessesIsAddedUp) {
  const auto lost = CompareLostSites({}, 1, Log({Leak(1, 8), Leak(2, 16)}), 3);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].total_blocks, 3);
  EXPECT_TRUE(lost[0].recurs);
}

TEST(LostSites, FiguresOfDamagedTextDoNotOverflow) {
  const LsanLog log = Log({Leak(INT64_MAX, INT64_MAX), Leak(INT64_MAX, INT64_MAX)});
  const auto lost = CompareLostSites(log, 3, log, 9);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].total_bytes, INT64_MAX);
}

TEST(LostSites, CapturedCycleRecursWithoutAnyDirectLeak) {
  const auto lost = CompareLostSites(Captured("repeat_3.txt"), 3, Captured("repeat_9.txt"), 9);
  ASSERT_EQ(lost.size(), 3u);  // both blocks of the cycle are made on one line
  EXPECT_TRUE(lost[0].direct);
  EXPECT_EQ(lost[0].bytes_per_run, 400);
  EXPECT_FALSE(lost[1].direct);
  EXPECT_EQ(lost[1].bytes_per_run, 128);
  EXPECT_EQ(lost[1].blocks_per_run, 2);
  EXPECT_TRUE(lost[2].direct);
  EXPECT_EQ(lost[2].bytes_per_run, 32);
  for (const LostSite& site : lost) EXPECT_TRUE(site.recurs);
}

TEST(ScopeOfStack, IsReadFromTheFramesOfGoogleTest) {
  struct Row {
    const char* what;
    std::vector<const char*> functions;
    Scope scope;
  };
  const char* const kStart = "__libc_start_call_main";
  for (const Row& row : std::vector<Row>{
           {"a test's body",
            {"f", "testing::Test::Run()", "testing::TestInfo::Run()", "testing::TestSuite::Run()",
             "main", kStart},
            Scope::kTest},
           {"a suite's set-up",
            {"f", "S::SetUpTestSuite()", "testing::TestSuite::Run()", "main"},
            Scope::kSuite},
           {"the same before 1.10", {"f", "testing::TestCase::Run()", "main"}, Scope::kSuite},
           {"a template that names the suite",
            {"f",
             "void testing::internal::HandleExceptionsInMethodIfSupported<testing::TestSuite, "
             "void>(testing::TestSuite*)",
             "main"},
            Scope::kProgram},
           {"main", {"f", "main", kStart, "_start"}, Scope::kProgram},
           {"an environment",
            {"E::SetUp()", "testing::internal::UnitTestImpl::RunAllTests()", "main"},
            Scope::kProgram},
           {"a static initialiser",
            {"f", "_GLOBAL__sub_I_t.cc", "__libc_start_main_impl"},
            Scope::kProgram},
           {"a library's start", {"", "call_init", "_dl_init", ""}, Scope::kProgram},
           {"Valgrind's name of the start", {"f", "main", "(below main)"}, Scope::kProgram},
           {"a thread", {"f", "start_thread", "clone3"}, Scope::kTest},
           {"a thread that loads a library",
            {"f", "_dl_open", "dlopen", "start_thread"},
            Scope::kTest},
           {"a stack cut short", {"operator new(unsigned long)", "f"}, Scope::kTest},
           {"a stripped program",
            {"operator new(unsigned long)", "", "", kStart, ""},
            Scope::kTest},
           {"nothing", {}, Scope::kTest},
       }) {
    Stack stack;
    for (const char* function : row.functions) stack.push_back({function, "", 0, ""});
    EXPECT_EQ(ScopeOfStack(stack), row.scope) << row.what;
  }
}

TEST(ScopeOfStack, TellsTheSuitesLeakInACapture) {
  for (const char* name : {"gcc12_O0.txt", "gcc12_O2.txt", "clang14_O1.txt"}) {
    int suites = 0;
    for (const LsanLeak& leak : Captured(name).leaks) {
      const Scope scope = ScopeOfStack(leak.stack);
      EXPECT_NE(scope, Scope::kProgram);
      suites += scope == Scope::kSuite ? 1 : 0;
    }
    EXPECT_EQ(suites, 1) << name;
  }
}

MassifNode Node(Frame frame, std::int64_t bytes, std::vector<MassifNode> children = {}) {
  return {bytes, std::move(frame), false, std::move(children)};
}

/// One snapshot a value, of a heap in which one call holds that many bytes.
std::vector<MassifSnapshot> Snapshots(const std::vector<std::int64_t>& series) {
  std::vector<MassifSnapshot> snapshots;
  for (const std::int64_t bytes : series) {
    MassifSnapshot snapshot;
    snapshot.detailed = true;
    snapshot.root = Node({}, bytes, {Node(Call("Grow()"), bytes, {Node(Call("main"), bytes)})});
    snapshots.push_back(std::move(snapshot));
  }
  return snapshots;
}

TEST(GrowingSites, AreThoseThatRiseInMostStepsOrByDoublingAndNeverFall) {
  struct Row {
    const char* what;
    std::vector<std::int64_t> series;
    bool grows;
  };
  for (const Row& row : std::vector<Row>{
           {"linear", {10, 20, 30, 40, 50}, true},
           {"linear from nothing", {0, 10, 20, 30, 40}, true},
           {"rests every fourth step", {10, 20, 30, 40, 40}, true},
           {"rests every second step", {10, 20, 20, 30, 30}, false},
           {"falls once", {10, 20, 30, 29, 40}, false},
           {"doubles as it fills", {4, 8, 16, 16, 32, 32, 32, 32, 64}, true},
           {"two equal rises among rests", {4, 4, 8, 8, 8, 12, 12}, false},
           {"rises once", {4, 4, 4, 8, 8}, false},
           {"constant", {7, 7, 7, 7}, false},
           {"two snapshots", {10, 20}, false},
       }) {
    const auto snapshots = Snapshots(row.series);
    const auto growing = FindGrowingSites(snapshots);
    ASSERT_EQ(growing.size(), row.grows ? 1u : 0u) << row.what;
    if (!row.grows) continue;
    EXPECT_EQ(growing[0].series, row.series) << row.what;
    EXPECT_EQ(growing[0].stack, (Stack{Call("Grow()"), Call("main")})) << row.what;
    EXPECT_EQ(growing[0].share_of_growth, 1) << row.what;
  }
}

TEST(GrowingSites, StackThatEndsWithinATreeIsASiteOfItsOwn) {
  auto snapshots = Snapshots({10, 20, 30});
  for (MassifSnapshot& snapshot : snapshots) {
    snapshot.root.children[0].bytes *= 4;  // three quarters of it have no caller
  }
  const auto growing = FindGrowingSites(snapshots);
  ASSERT_EQ(growing.size(), 2u);
  EXPECT_EQ(growing[0].stack, Stack{Call("Grow()")});
  EXPECT_EQ(growing[0].bytes_per_run, 30);
  EXPECT_DOUBLE_EQ(growing[0].share_of_growth, 0.75);
  EXPECT_EQ(growing[1].bytes_per_run, 10);
}

TEST(GrowingSites, SumsBelowTheThresholdAndSnapshotsWithoutATreeArePassedOver) {
  auto snapshots = Snapshots({10, 20, 30, 40});
  snapshots[1].detailed = false;
  snapshots[1].root = {};
  const auto growing = FindGrowingSites(snapshots);
  ASSERT_EQ(growing.size(), 1u);
  EXPECT_EQ(growing[0].series, (std::vector<std::int64_t>{10, 30, 40}));
  for (MassifSnapshot& snapshot : snapshots) {
    if (snapshot.detailed) snapshot.root.children[0].below_threshold = true;
  }
  EXPECT_TRUE(FindGrowingSites(snapshots).empty());
}

TEST(GrowingSites, CapturedCacheAndVectorGrowAndFixedKeysDoNot) {
  std::vector<MassifSnapshot> snapshots;
  for (int i = 0; i < 6; ++i) {
    auto file = ParseMassifFile(ReadFixture("massif/snapshot_O0_" + std::to_string(i) + ".txt"));
    ASSERT_TRUE(file.ok());
    ASSERT_EQ(file->snapshots.size(), 1u);
    snapshots.push_back(file->snapshots[0]);
  }
  const auto growing = FindGrowingSites(snapshots);
  const auto reaches = [](const GrowingSite& site, const std::string& function) {
    return std::any_of(site.stack.begin(), site.stack.end(),
                       [&](const Frame& frame) { return frame.function == function; });
  };
  ASSERT_EQ(growing.size(), 4u);
  for (std::size_t i = 0; i < 3; ++i) {  // pixels, control block with the Thumb, node of the map
    EXPECT_TRUE(reaches(growing[i], "ThumbnailCache_Lookup_Test::TestBody()"));
  }
  EXPECT_EQ(growing[0].bytes_per_run, 3 * 2001);
  EXPECT_EQ(growing[0].series.back(), 6 * 3 * 2001);
  EXPECT_GT(growing[0].share_of_growth, 0.9);
  EXPECT_TRUE(reaches(growing[3], "Journal_OneElementARun_Test::TestBody()"));
  EXPECT_EQ(growing[3].series, (std::vector<std::int64_t>{4, 8, 16, 16, 32, 32}));
}

}  // namespace
}  // namespace memprof
