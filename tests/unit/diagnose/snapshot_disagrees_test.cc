// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "tests/unit/diagnose/diagnosed.h"
#include "tests/unit/diagnose/retention_builder.h"

namespace memprof {
namespace {

constexpr int kRuns = 60;

const Stack kCopy = CallStack("CopyName", "name.cc", 42);

TracedSite Copies() { return TracedGrowing(Unwound(kCopy), kRuns, 33, 1); }

/// A suspect that grows by what `site` keeps, and of which LeakSanitizer calls all lost.
TestEvidence Accused(TracedSite site) {
  TestEvidence evidence = GrowingEvidence(kRuns, 33, 1);
  Trace({std::move(site)}, {}, &evidence);
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  return evidence;
}

/// The same where it does not grow enough to convict.
TestEvidence AccusedAtRest(TracedSite site) {
  std::fill(site.blocks.begin(), site.blocks.end(), site.blocks.back());
  std::fill(site.bytes.begin(), site.bytes.end(), site.bytes.back());
  TestEvidence evidence = Accused(std::move(site));
  evidence.triage.series = StillSeries(kRuns);
  return evidence;
}

/// LeakSanitizer could not run.
TestEvidence WithoutLsan(TracedSite site) {
  TestEvidence evidence = Accused(std::move(site));
  evidence.confirm.lost = Measured<std::vector<LostSite>>::Not("ptrace is not permitted here");
  evidence.confirm.lsan_runs = 0;
  return evidence;
}

TEST(SnapshotAndLeakSanitizer, AgreeOnALoss) {
  const Finding finding = OnlyFinding(Accused(LostBySnapshot(Copies())));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "heap snapshot after run 60: nothing refers to 60 of 60 blocks either"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "9 blocks unreachable after 9 runs"));
  EXPECT_TRUE(Contains(finding.cause, "kept XORed, compressed or outside of the process"));
}

TEST(SnapshotAndLeakSanitizer, WhatGrowsAndIsHeldIsGrowth) {
  const Finding finding =
      OnlyFinding(Accused(HeldBySnapshot(Copies(), HolderOf(Holder::Kind::kMapping))));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  ASSERT_TRUE(finding.held_by);
  EXPECT_EQ(finding.held_by->kind, HolderKind::kMapping);
  EXPECT_EQ(EvidenceText(finding, "lsan"),
            "calls 297 B in 9 blocks unreachable: it does not look into anonymous mappings\n");
}

TEST(SnapshotAndLeakSanitizer, WhatRestsAndIsHeldIsAWarningThatSaysWhoSaysWhat) {
  const Finding finding = OnlyFinding(AccusedAtRest(HeldBySnapshot(Copies(), SomeCache())));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.location.line, 42);
  EXPECT_EQ(finding.title,
            "lost or held: 297 B in 9 blocks, on which LeakSanitizer and the heap snapshot "
            "disagree");
  EXPECT_TRUE(Contains(finding.cause, "app::Cache::entries holds it")) << finding.cause;
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "unreachable after 9 runs"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "60 of 60 blocks of this call are held so"));
  EXPECT_FALSE(finding.fix);
}

TEST(SnapshotAndLeakSanitizer, ATaggedPointerIsNoLeakWithCertainty) {
  TracedSite site = HeldBySnapshot(Copies(), SomeCache());
  site.retention.paths[0].is_weak = true;
  site.retention.paths[0].weak_how = "a pointer with tag bits in its upper 16 bits";
  const Finding growing = OnlyFinding(Accused(site));
  EXPECT_EQ(growing.kind, FindingKind::kMemoryGrowth);
  EXPECT_TRUE(Contains(growing.cause, "tag bits in its upper 16 bits refers")) << growing.cause;
  EXPECT_TRUE(Contains(EvidenceText(growing, "lsan"),
                       "it takes no word but a plain address for a pointer"));
  const Finding resting = OnlyFinding(AccusedAtRest(site));
  EXPECT_EQ(resting.severity, Severity::kWarning);
  EXPECT_TRUE(Contains(resting.cause, "only a pointer with tag bits")) << resting.cause;
}

// The unused end of some string still has the address, and some variable holds the string.
TEST(SnapshotAndLeakSanitizer, VariablesThatBothLookIntoContradictNoLossOfAllThatEachRunMakes) {
  const Finding finding = OnlyFinding(Accused(HeldBySnapshot(Copies(), SomeCache())));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_FALSE(finding.held_by);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "words that look stale refer to these"));
}

TEST(SnapshotAndLeakSanitizer, WordsBehindTheEndOfABlockContradictNoLoss) {
  TracedSite site = HeldBySnapshot(Copies(), SomeCache());
  site.retention.paths[0].is_weak = site.retention.paths[0].is_past_end = true;
  const Finding finding = OnlyFinding(Accused(std::move(site)));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
}

TEST(SnapshotAndLeakSanitizer, AVariableHoldsWhatLeakSanitizerFindsLostInPart) {
  TestEvidence evidence = GrowingEvidence(kRuns, 66, 2);
  Trace({HeldBySnapshot(TracedGrowing(Unwound(kCopy), kRuns, 66, 2), SomeCache())}, {}, &evidence);
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  ASSERT_TRUE(finding.held_by);
}

TEST(SnapshotAndLeakSanitizer, AgreeThoughLeakSanitizersFilesAreRelative) {
  TestEvidence evidence = Accused(LostBySnapshot(Copies()));
  std::vector<LostSite> lost = *evidence.confirm.lost;
  for (Frame& frame : lost[0].stack) {
    if (frame.file.starts_with("/src/")) frame.file.replace(0, 5, "../../");
  }
  evidence.confirm.lost = std::move(lost);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.line, 42);
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "same line as the trace"));
}

TEST(SnapshotAndLeakSanitizer, AStackAloneContradictsNoLoss) {
  Holder stack = HolderOf(Holder::Kind::kStack);
  TracedSite site = HeldBySnapshot(Copies(), stack);
  site.retention.stack_only_blocks = site.retention.blocks;
  const Finding finding = OnlyFinding(Accused(std::move(site)));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
}

TEST(SnapshotAndLeakSanitizer, APartialSnapshotContradictsNoLoss) {
  TracedSite site = HeldBySnapshot(Copies(), SomeCache());
  site.retention.why_partial = "thread 7 could not be stopped";
  const Finding finding = OnlyFinding(Accused(std::move(site)));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "heap snapshot partial: thread 7 could not be stopped; so it calls nothing "
                       "lost"));
}

TEST(SnapshotAndLeakSanitizer, WhereHalfIsLostTheLossIsBelieved) {
  TracedSite site = HeldBySnapshot(TracedGrowing(Unwound(kCopy), kRuns, 66, 2), SomeCache());
  site.retention.lost_blocks = 60;
  site.retention.lost_bytes = 60 * 33;
  TestEvidence evidence = GrowingEvidence(kRuns, 66, 2);
  Trace({std::move(site)}, {}, &evidence);
  Confirm({Lost(kCopy, 33, 1)}, {}, &evidence);
  const Diagnosis diagnosis = Diagnose(evidence);
  EXPECT_TRUE(std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [](const auto& of) {
    return Contains(EvidenceText(of, "lsan"), "9 blocks unreachable after 9 runs");
  }));
}

TEST(SnapshotWithoutLeakSanitizer, TellsWhatIsLost) {
  const TestEvidence evidence = WithoutLsan(LostBySnapshot(Copies()));
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.title, "lost memory: +33 B in 1 block per run");
  EXPECT_EQ(finding.location.line, 42);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "heap snapshot after run 60: nothing refers to 1.9 KiB in 60 blocks"))
      << EvidenceText(finding, "trace");
  EXPECT_EQ(EvidenceText(finding, "lsan"), "not measured: ptrace is not permitted here\n");
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.not_measured.size(), 1u);
  EXPECT_EQ(diagnosis.not_measured[0].tool, "lsan");
}

TEST(SnapshotWithoutLeakSanitizer, WhatAStaleWordHidesOfOneRunIsLostInEveryRunAllTheSame) {
  TracedSite site = LostBySnapshot(Copies());
  site.retention.lost_blocks = kRuns - 1;
  site.retention.lost_bytes = 33 * (kRuns - 1);
  site.retention.stack_only_blocks = 1;
  EXPECT_EQ(OnlyFinding(WithoutLsan(site)).title, "lost memory: +33 B in 1 block per run");
  // A stack that holds the blocks of many runs hides nothing.
  site.retention.lost_blocks = kRuns / 2;
  site.retention.stack_only_blocks = kRuns / 2;
  for (const Finding& finding : Diagnose(WithoutLsan(site)).findings) {
    EXPECT_NE(finding.title, "lost memory: +33 B in 1 block per run");
  }
}

TEST(SnapshotWithoutLeakSanitizer, HasTheFingerprintThatLeakSanitizersFindingHas) {
  EXPECT_EQ(OnlyFinding(WithoutLsan(LostBySnapshot(Copies()))).fingerprint,
            OnlyFinding(Accused(Copies())).fingerprint);
}

TEST(SnapshotWithoutLeakSanitizer, WhatOneRunMadeIsAWarning) {
  TestEvidence evidence = WithoutLsan(LostBySnapshot(TracedOnce(Unwound(kCopy), kRuns, 500, 2)));
  evidence.triage.series = StillSeries(kRuns);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_TRUE(Contains(finding.title, "lost in one run only")) << finding.title;
}

TEST(SnapshotWithoutLeakSanitizer, IsNotAskedWhereLeakSanitizerWouldNotBe) {
  TestEvidence evidence = WithoutLsan(LostBySnapshot(TracedOnce(Unwound(kCopy), kRuns, 500, 2)));
  evidence.triage.series = StillSeries(kRuns);
  evidence.confirm.wanted = {};
  EXPECT_TRUE(Diagnose(evidence).findings.empty());
}

TEST(SnapshotWithoutLeakSanitizer, CallsNothingLostWhereItIsPartial) {
  TracedSite site = LostBySnapshot(Copies());
  site.retention.why_partial = "thread 7 could not be stopped";
  const Finding finding = OnlyFinding(WithoutLsan(std::move(site)));
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "so it calls nothing lost"));
}

}  // namespace
}  // namespace memprof
