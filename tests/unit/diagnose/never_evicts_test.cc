// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/never_evicts.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/diagnose/diagnosed.h"
#include "tests/unit/diagnose/retention_builder.h"

namespace memprof {
namespace {

constexpr int kRuns = 12;

/// Test Cache.`name`, which put `bytes` into `holder` once.
TestEvidence Feeder(const std::string& name, std::int64_t bytes, Holder holder = SomeCache()) {
  TestEvidence evidence = EvidenceOf(StillSeries(kRuns));
  evidence.test.name = name;
  const Stack stack = Unwound(CallStack("Put", "cache.cc", 88));
  Trace({HeldBySnapshot(TracedOnce(stack, kRuns, bytes, 10), std::move(holder))}, {}, &evidence);
  return evidence;
}

std::vector<TestEvidence> Three(const Holder& holder = SomeCache()) {
  return {Feeder("A", 400 << 10, holder), Feeder("B", 500 << 10, holder),
          Feeder("C", 300 << 10, holder)};
}

std::vector<Finding> Found(const std::vector<TestEvidence>& suspects,
                           std::vector<Finding> findings = {}) {
  std::vector<FedHolder> holders = HoldersFedBy(suspects, SomeContext());
  AddWhatNeverEvicts(Thresholds().one_time_bytes, &holders, &findings);
  return findings;
}

TEST(NeverEvicts, OneWarningForAHolderThatThreeTestsFeed) {
  const std::vector<Finding> findings = Found(Three());
  ASSERT_EQ(findings.size(), 1u);
  const Finding& finding = findings[0];
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.title, "never evicts: app::Cache::entries keeps 1.2 MiB of 3 tests");
  EXPECT_EQ(finding.tests, (std::vector<std::string>{"Cache.B", "Cache.A", "Cache.C"}));
  EXPECT_EQ(finding.location.file, "src/cache.cc");
  EXPECT_EQ(finding.location.line, 12);
  EXPECT_TRUE(finding.held_by);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "Cache.A put in 400 KiB in 10 blocks, none of it freed in 12 runs"));
  EXPECT_TRUE(Contains(finding.rerun, "--filter 'Cache.B:Cache.A:Cache.C'")) << finding.rerun;
  EXPECT_EQ(finding.fingerprint.size(), 16u);
}

TEST(NeverEvicts, TwoTestsOrLessThanAMebibyteAreNothing) {
  EXPECT_TRUE(Found({Feeder("A", 4 << 20), Feeder("B", 4 << 20)}).empty());
  EXPECT_TRUE(Found({Feeder("A", 1 << 10), Feeder("B", 1 << 10), Feeder("C", 1 << 10)}).empty());
}

TEST(NeverEvicts, WhatGivesSomethingBackEvicts) {
  std::vector<TestEvidence> suspects = Three();
  for (TestEvidence& each : suspects) {
    each.triage.sites[0].blocks[5] += 3;
    each.triage.sites[0].blocks[6] -= 3;
  }
  EXPECT_TRUE(Found(suspects).empty());
}

TEST(NeverEvicts, StacksAndLibrariesAndWordsThatMayBeNoPointersAreNoCaches) {
  Holder foreign = SomeCache();
  foreign.is_foreign = true;
  EXPECT_TRUE(Found(Three(foreign)).empty());
  EXPECT_TRUE(Found(Three(HolderOf(Holder::Kind::kStack, "local"))).empty());
  std::vector<TestEvidence> weak = Three();
  for (TestEvidence& each : weak) each.triage.sites[0].retention.paths[0].is_weak = true;
  EXPECT_TRUE(Found(weak).empty());
}

TEST(NeverEvicts, IsNotToldOfWhatIsConvictedOfGrowthAndTakesInWhatSingleTestsKept) {
  Finding told;
  told.held_by = HeldBy{"app::Cache::entries", "", "src/cache.cc", 12};
  told.kind = FindingKind::kMemoryGrowth;
  EXPECT_EQ(Found(Three(), {told}).size(), 1u);
  told.kind = FindingKind::kOneTimeRetention;
  const std::vector<Finding> findings = Found(Three(), {told, told});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].title.starts_with("never evicts"));
}

}  // namespace
}  // namespace memprof
