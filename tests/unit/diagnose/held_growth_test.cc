// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/diagnose/diagnosed.h"
#include "tests/unit/diagnose/retention_builder.h"

namespace memprof {
namespace {

constexpr int kRuns = 60;

const Stack kPut = Unwound(CallStack("Put", "cache.cc", 88));

/// Grows by 2 KiB in 10 blocks a run.
TracedSite Entries() { return TracedGrowing(kPut, kRuns, 2048, 10); }

TestEvidence GrowthOf(TracedSite site) {
  TestEvidence evidence = GrowingEvidence(kRuns, 2048, 10);
  Trace({std::move(site)}, {}, &evidence);
  Confirm({}, {Growing(kPut, 2048)}, &evidence);
  return evidence;
}

TEST(HeldGrowth, NamesTheHolderAndTheWayFromIt) {
  const Finding finding = OnlyFinding(GrowthOf(HeldBySnapshot(Entries(), SomeCache())));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  ASSERT_TRUE(finding.held_by);
  EXPECT_EQ(finding.held_by->symbol, "app::Cache::entries");
  EXPECT_EQ(finding.held_by->kind, HolderKind::kStatic);
  EXPECT_EQ(finding.held_by->file, "src/cache.cc");
  EXPECT_EQ(finding.held_by->line, 12);
  EXPECT_EQ(finding.held_by->runs, (std::vector<int>{20, 40, 60}));
  ASSERT_EQ(finding.retention_path.size(), 2u);
  EXPECT_EQ(finding.retention_path[1].what, "rows");
  EXPECT_EQ(finding.retention_path[1].count, 600);
  EXPECT_EQ(finding.retention_path[1].count_per_run, 10);
  EXPECT_EQ(finding.cause,
            "`app::Cache::entries` takes more each run and gives nothing back: Result, 10 blocks a "
            "run.");
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "heap snapshots after runs 20, 40 and 60: 600 of 600 blocks of this call "
                       "are held so"));
}

TEST(HeldGrowth, CountsAreInAllWhereItIsUneven) {
  TracedSite site = Entries();
  for (std::size_t i = 10; i < site.blocks.size(); i += 2) site.blocks[i] += 8;
  const Finding finding = OnlyFinding(GrowthOf(HeldBySnapshot(std::move(site), SomeCache())));
  ASSERT_EQ(finding.retention_path.size(), 2u);
  EXPECT_EQ(finding.retention_path[1].count_per_run, 0);
  EXPECT_TRUE(Contains(finding.cause, "Result, 600 blocks by now")) << finding.cause;
}

TEST(HeldGrowth, BlocksThatAreThereOnceAndForAllHaveNoCountPerRun) {
  TracedSite site = HeldBySnapshot(Entries(), SomeCache());
  site.retention.paths[0].steps[0] = {"shards", "app::Shard", "", 100, 6400};
  const Finding finding = OnlyFinding(GrowthOf(std::move(site)));
  EXPECT_EQ(finding.retention_path[0].count_per_run, 0);
  EXPECT_EQ(finding.retention_path[0].count, 100);
  EXPECT_EQ(finding.retention_path[1].count_per_run, 10);
}

TEST(HeldGrowth, TellsThePathThatGrewAndTheSecondAsEvidence) {
  TracedSite site = HeldBySnapshot(Entries(), SomeCache());
  RetentionPath still = PathThrough(HolderOf(Holder::Kind::kGlobal, "app::pool"), 20, 900'000);
  still.holder.file = "/src/src/pool.cc";
  still.holder.line = 3;
  still.bytes_at = {900'000, 900'000, 900'000};
  site.retention.paths.insert(site.retention.paths.begin(), still);
  site.retention.other_paths = 2;
  const Finding finding = OnlyFinding(GrowthOf(std::move(site)));
  EXPECT_EQ(finding.held_by->symbol, "app::Cache::entries");
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "also held by global app::pool src/pool.cc:3: 878.9 KiB in 20 blocks "
                       "(+2 more)"))
      << EvidenceText(finding, "trace");
}

TEST(HeldGrowth, AWordThatMayBeNoPointerIsNoCertainHolder) {
  TracedSite site = HeldBySnapshot(Entries(), SomeCache());
  site.retention.paths[0].is_weak = true;
  site.retention.paths[0].weak_how = "a pointer with tag bits in its upper 16 bits";
  const Finding finding = OnlyFinding(GrowthOf(std::move(site)));
  EXPECT_TRUE(Contains(finding.cause, "Only a pointer with tag bits in its upper 16 bits refers"))
      << finding.cause;
  EXPECT_TRUE(Contains(finding.cause, "not certain"));
}

TEST(HeldGrowth, HolderOfALibraryIsNotCalledTheProgramsOwn) {
  Holder holder = SomeCache();
  holder.is_foreign = true;
  const Finding finding = OnlyFinding(GrowthOf(HeldBySnapshot(Entries(), holder)));
  EXPECT_TRUE(Contains(finding.cause, "`app::Cache::entries` is not the program's own"))
      << finding.cause;
}

TEST(HeldGrowth, HolderWithoutANameIsDescribed) {
  Holder holder = HolderOf(Holder::Kind::kStack);
  holder.function = "Poll()";
  holder.thread = "thread worker";
  const Finding finding = OnlyFinding(GrowthOf(HeldBySnapshot(Entries(), holder)));
  EXPECT_TRUE(
      finding.cause.starts_with("The stack of thread worker (frame of Poll()) takes more each run"))
      << finding.cause;
}

TEST(HeldGrowth, FileRelativeToSomeBuildIsNotTakenForTheUsers) {
  Holder holder = SomeCache();
  holder.file = "../src/cache.cc";
  const Finding finding = OnlyFinding(GrowthOf(HeldBySnapshot(Entries(), holder)));
  EXPECT_EQ(finding.held_by->file, "");
  EXPECT_EQ(finding.held_by->line, 0);
}

TEST(HeldGrowth, LostInTheSnapshotAloneStaysGrowthAndSaysWhyLeakSanitizerMayMissIt) {
  TracedSite site = LostBySnapshot(Entries());
  site.retention.lost_blocks -= 3;
  site.retention.stack_only_blocks = 3;
  Holder stack = HolderOf(Holder::Kind::kStack);
  stack.function = "main";
  site.retention.paths = {PathThrough(stack, 3, 600)};
  const Finding finding = OnlyFinding(GrowthOf(std::move(site)));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_FALSE(finding.held_by);
  EXPECT_TRUE(Contains(finding.cause, "nothing refers to this memory")) << finding.cause;
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "heap snapshot after run 60: nothing refers to 597 of 600 blocks"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"),
                       "disagrees, nothing unreachable: a stale stack slot or register of its own "
                       "process may hide it: in the snapshot too, a local variable of main refers "
                       "to 3 of them"))
      << EvidenceText(finding, "lsan");
}

TEST(HeldGrowth, APartialSnapshotNamesHoldersAndCallsNothingLost) {
  TracedSite site = HeldBySnapshot(Entries(), SomeCache());
  site.retention.lost_blocks = 600;
  site.retention.why_partial = "thread 7 could not be stopped";
  const Finding finding = OnlyFinding(GrowthOf(std::move(site)));
  EXPECT_TRUE(finding.held_by);
  const std::string trace = EvidenceText(finding, "trace");
  EXPECT_TRUE(Contains(trace, "heap snapshot partial: thread 7 could not be stopped")) << trace;
  EXPECT_FALSE(Contains(trace, "nothing refers"));
  EXPECT_FALSE(Contains(EvidenceText(finding, "lsan"), "disagrees"));
}

TEST(HeldGrowth, MemoryKeptOnceIsNamedByItsHolderToo) {
  ProcessSeries series = StillSeries(kRuns);
  series.quantities[static_cast<std::size_t>(Quantity::kBytes)].values = Rising(kRuns, 4 << 20, 0);
  TestEvidence evidence = EvidenceOf(std::move(series));
  Trace({HeldBySnapshot(TracedOnce(kPut, kRuns, 4 << 20, 3), SomeCache())}, {}, &evidence);
  Confirm({}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kOneTimeRetention);
  ASSERT_TRUE(finding.held_by);
  EXPECT_EQ(finding.held_by->symbol, "app::Cache::entries");
}

int Gaps(const Diagnosis& diagnosis, const std::string& tool, const std::string& why) {
  return static_cast<int>(std::count(diagnosis.not_measured.begin(), diagnosis.not_measured.end(),
                                     NotMeasured{tool, "", why}));
}

TEST(HeldGrowth, SaysOnceThatNoHeapSnapshotWasTaken) {
  TracedSite site = Entries();
  site.retention.not_measured = "ptrace is not permitted here";
  EXPECT_EQ(Gaps(Diagnose(GrowthOf(site)), "heap-snapshot", "ptrace is not permitted here"), 1);
  site = HeldBySnapshot(Entries(), SomeCache());
  for (const NotMeasured& gap : Diagnose(GrowthOf(site)).not_measured) {
    EXPECT_NE(gap.tool, "heap-snapshot");
  }
}

TEST(HeldGrowth, SaysHowManyBlocksTheTraceLacks) {
  TestEvidence evidence = GrowthOf(HeldBySnapshot(Entries(), SomeCache()));
  const char* text = "3 live blocks of the process are not in it";
  EXPECT_FALSE(Contains(EvidenceText(OnlyFinding(evidence), "trace"), text));
  evidence.triage.untracked_blocks = 3;
  EXPECT_TRUE(Contains(EvidenceText(OnlyFinding(evidence), "trace"), text));
}

}  // namespace
}  // namespace memprof
