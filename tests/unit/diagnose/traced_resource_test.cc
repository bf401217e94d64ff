// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/diagnose/diagnosed.h"

namespace memprof {
namespace {

constexpr int kRuns = 48;

Stack OpenedBy(const std::string& function, int line) {
  return {{"open64", "", 0, "/lib/libc.so.6", 0x10},
          {function + "(char const*)", "/src/src/log.cc", line, ""},
          {"Cache_Lookup_Test::TestBody()", "/src/tests/cache_test.cc", 47, ""},
          {"testing::TestInfo::Run()", "/usr/src/googletest/gtest.cc", 2836, ""},
          {"main", "/usr/src/googletest/gtest_main.cc", 50, ""}};
}

/// A test of which one quantity grows by `total` a run, `resources` of it with a stack.
TestEvidence Growing(Quantity quantity, std::int64_t total, std::vector<TracedResource> resources) {
  ProcessSeries series = StillSeries(kRuns);
  if (total != 0) Raise(quantity, total, &series);
  TestEvidence evidence = EvidenceOf(std::move(series));
  Trace({}, std::move(resources), &evidence);
  return evidence;
}

struct PlaceRow {
  Quantity quantity;
  FindingKind kind;
  std::int64_t step;
  const char* title;
  const char* says;
};

TEST(TracedResource, IsLocatedAtTheLineThatAcquiresIt) {
  const PlaceRow rows[] = {
      {Quantity::kDescriptors, FindingKind::kFdLeak, 2,
       "descriptors left open: +2 per run (/tmp/a.log)",
       "opened here: rose in 44 of 44 runs after warm-up, 96 left after the last\n"},
      {Quantity::kThreads, FindingKind::kThreadLeak, 1, "threads left running: +1 per run",
       "created here: rose in 44 of 44 runs after warm-up, 48 left after the last\n"},
      {Quantity::kMappedBytes, FindingKind::kMappingLeak, 4096, "mappings left: +4 KiB per run",
       "mapped here: rose in 44 of 44 runs after warm-up, 192 KiB left after the last\n"},
  };
  for (const PlaceRow& row : rows) {
    const bool named = row.quantity == Quantity::kDescriptors;
    TestEvidence evidence = Growing(
        row.quantity, row.step,
        {Left(row.quantity, OpenedBy("Acquire", 12), kRuns, row.step,
              named ? std::vector<std::string>{"/tmp/a.log"} : std::vector<std::string>{})});
    EXPECT_FALSE(ToolsFor(evidence, Thresholds{}).track_fds);
    const Finding finding = OnlyFinding(evidence);
    EXPECT_EQ(finding.kind, row.kind);
    EXPECT_EQ(finding.severity, Severity::kCritical);
    EXPECT_EQ(finding.title, row.title);
    EXPECT_EQ(finding.location.file, "src/log.cc");
    EXPECT_EQ(finding.location.line, 12);
    EXPECT_EQ(finding.location.function, "Acquire");
    EXPECT_EQ(EvidenceText(finding, "trace"), row.says);
    EXPECT_EQ(finding.tests, std::vector<std::string>{"Cache.Lookup"});
  }
}

TEST(TracedResource, EachLineIsAFindingOfItsOwn) {
  TestEvidence evidence = Growing(Quantity::kDescriptors, 3,
                                  {Left(Quantity::kDescriptors, OpenedBy("Log", 12), kRuns, 1),
                                   Left(Quantity::kDescriptors, OpenedBy("Dump", 30), kRuns, 2)});
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].location.line, 30);
  EXPECT_EQ(diagnosis.findings[0].impact.count, 2);
  EXPECT_EQ(diagnosis.findings[1].location.line, 12);
  EXPECT_EQ(diagnosis.findings[1].impact.count, 1);
  EXPECT_NE(diagnosis.findings[0].fingerprint, diagnosis.findings[1].fingerprint);
}

TEST(TracedResource, FingerprintIsThatOfTheFunctionAndNotOfTheTest) {
  TestEvidence one =
      Growing(Quantity::kThreads, 1, {Left(Quantity::kThreads, OpenedBy("Start", 12), kRuns, 1)});
  TestEvidence other =
      Growing(Quantity::kThreads, 1, {Left(Quantity::kThreads, OpenedBy("Start", 99), kRuns, 1)});
  other.test.name = "Warm";
  EXPECT_EQ(OnlyFinding(one).fingerprint, OnlyFinding(other).fingerprint);
}

// One is closed elsewhere for each that leaks: the total stands still until these run out.
TEST(TracedResource, LineThatGrowsConvictsThoughTheTotalStandsStill) {
  TestEvidence evidence = Growing(Quantity::kDescriptors, 0,
                                  {Left(Quantity::kDescriptors, OpenedBy("Log", 12), kRuns, 1)});
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.location.line, 12);
  EXPECT_EQ(EvidenceText(finding, "listener"), "");
}

TEST(TracedResource, LinesThatTakeTurnsAreOneFindingThatNamesThem) {
  std::vector<TracedResource> resources;
  for (int turn = 0; turn < 2; ++turn) {
    TracedResource resource =
        Left(Quantity::kDescriptors, OpenedBy("Log" + std::to_string(turn), 12 + turn), kRuns, 0);
    for (int run = 0; run < kRuns; ++run) {
      resource.values[static_cast<std::size_t>(run)] = (run + 2 - turn) / 2;
    }
    resources.push_back(resource);
  }
  TestEvidence evidence = Growing(Quantity::kDescriptors, 1, resources);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.title, "descriptors left open: +1 per run");
  EXPECT_EQ(finding.location.file, "src/log.cc");
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "also opened at: Log"));
}

TEST(TracedResource, WithoutAStackStaysAtTheTestUnlessValgrindTells) {
  TestEvidence evidence =
      Growing(Quantity::kDescriptors, 1, {Left(Quantity::kDescriptors, {}, kRuns, 1)});
  EXPECT_TRUE(ToolsFor(evidence, Thresholds{}).track_fds);
  const Finding unseen = OnlyFinding(evidence);
  EXPECT_EQ(unseen.location.line, 45);
  EXPECT_TRUE(Contains(unseen.cause, "opened by a call that memprof does not see"));

  evidence.confirm.wanted.track_fds = true;
  EXPECT_EQ(Diagnose(evidence).not_measured.size(), 1u);
  std::vector<OpenDescriptor> open = {{90, "/tmp/once", OpenedBy("Once", 3)},
                                      {91, "/tmp/a", OpenedBy("Twice", 4)},
                                      {92, "/tmp/b", OpenedBy("Twice", 4)}};
  for (int run = 0; run < 6; ++run) open.push_back({10 + run, "", OpenedBy("Raw", 21)});
  evidence.confirm.open_descriptors = open;
  evidence.confirm.track_fds_runs = 6;
  const Finding told = OnlyFinding(evidence);
  EXPECT_EQ(told.location.line, 21);
  EXPECT_EQ(EvidenceText(told, "valgrind-fds"), "opened here: 6 of one kind open after 6 runs\n");
  EXPECT_FALSE(Contains(told.cause, "memprof does not see"));
  EXPECT_EQ(told.title, unseen.title);

  // Noticed at the end of the iteration only, when the test was over.
  evidence.scope = Scope::kProgram;
  EXPECT_EQ(OnlyFinding(evidence).tests, told.tests);
  EXPECT_EQ(OnlyFinding(evidence).scope_label, "");
  EXPECT_EQ(OnlyFinding(evidence).fingerprint, told.fingerprint);
}

TEST(TracedResource, WhatNoHookSawIsAFindingBesideWhatHasAStack) {
  TestEvidence evidence = Growing(Quantity::kDescriptors, 3,
                                  {Left(Quantity::kDescriptors, OpenedBy("Log", 12), kRuns, 1),
                                   Left(Quantity::kDescriptors, {}, kRuns, 2)});
  EXPECT_TRUE(ToolsFor(evidence, Thresholds{}).track_fds);
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].title, "descriptors left open: +1 per run");
  EXPECT_EQ(diagnosis.findings[1].title, "descriptors left open: +2 per run");
  EXPECT_EQ(diagnosis.findings[1].location.line, 45);
}

TEST(TracedResource, OfASuiteIsNotTheTests) {
  const Stack set_up = {{"open64", "", 0, "/lib/libc.so.6", 0x10},
                        {"Cache::SetUpTestSuite()", "/src/tests/cache_test.cc", 9, ""},
                        {"testing::TestSuite::Run()", "/usr/src/gtest.cc", 3001, ""},
                        {"main", "/src/tests/main.cc", 5, ""}};
  TestEvidence evidence =
      Growing(Quantity::kDescriptors, 1, {Left(Quantity::kDescriptors, set_up, kRuns, 1)});
  evidence.scope = Scope::kSuite;
  const Finding finding = OnlyFinding(evidence);
  EXPECT_TRUE(finding.tests.empty());
  EXPECT_EQ(finding.scope_label, "suite Cache (SetUpTestSuite)");
  EXPECT_EQ(finding.location.line, 9);
}

// A FILE, its buffer and the vector that its line fills go with the descriptor.
TEST(TracedResource, MemoryOfTheLineThatOpensItIsNoSecondFinding) {
  TestEvidence evidence = Growing(Quantity::kDescriptors, 1,
                                  {Left(Quantity::kDescriptors, OpenedBy("Log", 12), kRuns, 1)});
  ProcessSeries series = *evidence.triage.series;
  Raise(Quantity::kBytes, 568, &series);
  evidence.triage.series = series;
  Stack file = OpenedBy("Log", 12);
  file.insert(file.begin(), {"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6"});
  evidence.triage.sites = {TracedGrowing(file, kRuns, 568, 1)};
  EXPECT_EQ(OnlyFinding(evidence).kind, FindingKind::kFdLeak);
  EXPECT_TRUE(Contains(EvidenceText(OnlyFinding(evidence), "trace"),
                       "+568 B per run of memory is allocated at this line and goes with it"));
  // The same memory is no loss of its own either, and other lines are.
  Confirm({Lost(file, 568, 1)}, {}, &evidence);
  EXPECT_EQ(OnlyFinding(evidence).kind, FindingKind::kFdLeak);
  evidence.triage.sites.push_back(TracedGrowing(OpenedBy("Log", 14), kRuns, 568, 1));
  Raise(Quantity::kBytes, 1136, &series);
  series.live_blocks = Rising(kRuns, 700, 2);
  evidence.triage.series = series;
  EXPECT_EQ(Diagnose(evidence).findings.size(), 2u);
}

TEST(TracedResource, WhatAThreadAllocatedGoesWithTheThread) {
  TestEvidence evidence = Growing(Quantity::kThreads, 1,
                                  {Left(Quantity::kThreads, OpenedBy("Pool::Grow", 12), kRuns, 1)});
  ProcessSeries series = *evidence.triage.series;
  Raise(Quantity::kBytes, 5000, &series);
  evidence.triage.series = series;
  const Stack within = {{"operator new(unsigned long)", "", 0, "/usr/lib/libstdc++.so.6"},
                        {"Work()", "/src/src/pool.cc", 30, ""},
                        {"start_thread", "./nptl/pthread_create.c", 442, ""},
                        {"clone3", "../sysdeps/clone3.S", 81, ""}};
  evidence.triage.sites = {TracedGrowing(within, kRuns, 5000, 2)};
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kThreadLeak);
  EXPECT_EQ(finding.location.line, 12);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"),
                       "+4.9 KiB per run is allocated by these threads: Work src/pool.cc:30"));
}

}  // namespace
}  // namespace memprof
