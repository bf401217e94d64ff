// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/diagnose.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/diagnose/diagnosed.h"

namespace memprof {
namespace {

TEST(Diagnose, StillTestHasNothing) {
  const Diagnosis diagnosis = Diagnose(EvidenceOf(StillSeries(12)));
  EXPECT_TRUE(diagnosis.findings.empty());
  EXPECT_TRUE(diagnosis.not_measured.empty());
}

TEST(Diagnose, LostBlockIsALeakAtTheUsersLine) {
  TestEvidence evidence = GrowingEvidence(48, 40, 1);
  Confirm({Lost(CallStack("CopyName", "name.cc", 42), 33, 1)},
          {Growing(CallStack("CopyName", "name.cc", 42), 33)}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.pattern, Pattern::kLostOwner);
  EXPECT_EQ(finding.title, "lost memory: +33 B in 1 block per run");
  EXPECT_EQ(finding.tests, std::vector<std::string>{"Cache.Lookup"});
  EXPECT_EQ(finding.scope_label, "");
  EXPECT_EQ(finding.location.file, "src/name.cc");
  EXPECT_EQ(finding.location.line, 42);
  EXPECT_EQ(finding.location.function, "CopyName");
  EXPECT_EQ(finding.stack.size(), 2u);
  EXPECT_EQ(finding.impact.bytes_per_iteration, 33);
  EXPECT_EQ(finding.impact.blocks_per_iteration, 1);
  EXPECT_EQ(finding.impact.total_bytes, 9 * 33);
  EXPECT_EQ(finding.rerun, "memprof run --filter 'Cache.Lookup' -- build/cache_test");
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "9 blocks unreachable after 9 runs"));
  EXPECT_TRUE(Contains(EvidenceText(finding, "listener"), "rose in 44 of 44 runs"));
  ASSERT_TRUE(finding.growth);
  EXPECT_EQ(finding.growth->growth_class, "linear");
  EXPECT_EQ(finding.growth->series, Rising(48, 0, 40));
  ASSERT_TRUE(finding.fix);
  EXPECT_TRUE(Contains(finding.fix->summary, "std::unique_ptr"));
  EXPECT_EQ(finding.fingerprint.size(), 16u);
}

struct LostRow {
  const char* name;
  std::vector<LostSite> lost;
  std::vector<std::string> titles;
  std::vector<Severity> severities;
};

void PrintTo(const LostRow& row, std::ostream* out) { *out << row.name; }

std::vector<LostRow> LostRows() {
  using enum Severity;
  const Stack at = CallStack("Load", "a.cc", 3);
  const Stack at_too = CallStack("Save", "b.cc", 8);
  const Stack cycle = SharedStack("Save", "b.cc", 8);
  return {
      {"Nothing", {}, {}, {}},
      {"InOneRun",
       {LostOnce(at, 100, 2)},
       {"lost memory: 100 B in 2 blocks, lost in one run only"},
       {kWarning}},
      {"InALibrary",
       {Lost(LibraryStack(), 64, 1)},
       {"lost memory: +64 B in 1 block per run"},
       {kWarning}},
      {"AtOneLineTwice",
       {Lost(at, 10, 1), Lost(CallStack("Load", "a.cc", 3, "Other_Test"), 20, 2)},
       {"lost memory: +30 B in 3 blocks per run"},
       {kCritical}},
      {"AtTwoLinesLargestFirst",
       {Lost(at, 10, 1), Lost(at_too, 20, 1)},
       {"lost memory: +20 B in 1 block per run", "lost memory: +10 B in 1 block per run"},
       {kCritical, kCritical}},
      {"WithWhatItHolds",
       {Lost(at, 16, 1), Lost(at_too, 96, 3, false)},
       {"lost memory: +112 B in 4 blocks per run"},
       {kCritical}},
      {"OnlyACycle",
       {Lost(at, 64, 1, false), Lost(cycle, 128, 2, false)},
       {"reference cycle: +192 B in 3 blocks per run"},
       {kCritical}},
      {"ACycleBesideALossThatDoesNotRecur",
       {LostOnce(at, 5000, 1), Lost(cycle, 128, 2, false)},
       {"reference cycle: +128 B in 2 blocks per run",
        "lost memory: 4.9 KiB in 1 block, lost in one run only"},
       {kCritical, kWarning}},
      {"HeldByALossOfTheSameScope",
       {Lost(SuiteStack(), 400, 1), Lost(at, 16, 1), Lost(at_too, 96, 3, false)},
       {"lost memory: +400 B in 1 block per run", "lost memory: +112 B in 4 blocks per run"},
       {kCritical, kCritical}},
      {"ACycleBesideALibrarysLoss",
       {Lost(LibraryStack(), 5000, 1), Lost(cycle, 128, 2, false)},
       {"lost memory: +4.9 KiB in 1 block per run", "reference cycle: +128 B in 2 blocks per run"},
       {kWarning, kCritical}},
      {"ACycleBesideALossOfTheSuite",
       {Lost(SuiteStack(), 999, 1), Lost(cycle, 128, 2, false)},
       {"lost memory: +999 B in 1 block per run", "reference cycle: +128 B in 2 blocks per run"},
       {kCritical, kCritical}},
      {"ACycleOfTheTestAndAStructureOfTheSuite",
       {Lost(SuiteStack(), 999, 1, false), Lost(cycle, 128, 2, false)},
       {"lost memory: +999 B in 1 block per run", "reference cycle: +128 B in 2 blocks per run"},
       {kCritical, kCritical}},
  };
}

class LostTable : public testing::TestWithParam<LostRow> {};

TEST_P(LostTable, FindsEachPlaceOnce) {
  TestEvidence evidence = EvidenceOf(StillSeries(12));
  std::vector<LostSite> lost = GetParam().lost;
  for (int order = 0; order < 2; ++order) {
    Confirm(lost, {}, &evidence);
    std::vector<std::string> titles;
    std::vector<Severity> severities;
    for (const Finding& finding : Diagnose(evidence).findings) {
      titles.push_back(finding.title);
      severities.push_back(finding.severity);
    }
    EXPECT_EQ(titles, GetParam().titles);
    EXPECT_EQ(severities, GetParam().severities);
    std::reverse(lost.begin(), lost.end());
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, LostTable, testing::ValuesIn(LostRows()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Diagnose, LostOwnerSaysWhatItHolds) {
  TestEvidence evidence = GrowingEvidence(48, 120, 4);
  Confirm(
      {Lost(CallStack("Load", "a.cc", 3), 16, 1), Lost(CallStack("Save", "b.cc", 8), 96, 3, false)},
      {}, &evidence);
  EXPECT_TRUE(Contains(EvidenceText(OnlyFinding(evidence), "lsan"),
                       "and 3 blocks, 96 B per run that only these lost blocks hold"));
}

TEST(Diagnose, CycleNamesItsOtherPlaces) {
  TestEvidence evidence = GrowingEvidence(48, 140, 2);
  Confirm({Lost(SharedStack("MakeNode", "graph.cc", 3), 64, 1, false),
           Lost(SharedStack("MakeEdge", "graph.cc", 8), 48, 1, false)},
          {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.pattern, Pattern::kReferenceCycle);
  EXPECT_EQ(finding.location.function, "MakeNode");
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "MakeEdge src/graph.cc:8, +48 B in 1 block"));
  EXPECT_TRUE(Contains(finding.cause, "only point to each other"));
  EXPECT_TRUE(Contains(finding.fix->summary, "std::weak_ptr"));
}

// LeakSanitizer calls all of it indirect, for the nodes point back to the container.
TEST(Diagnose, ContainerLostWholeIsALossWhereItWasMade) {
  TestEvidence evidence = GrowingEvidence(48, 140, 2);
  Confirm({Lost(NodeStack("long", "Insert", "index.cc", 8), 72, 1, false),
           Lost(CallStack("MakeIndex", "index.cc", 3), 48, 1, false)},
          {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.title, "lost memory: +120 B in 2 blocks per run");
  EXPECT_EQ(finding.pattern, Pattern::kLostOwner);
  EXPECT_EQ(finding.location.function, "MakeIndex");
  EXPECT_TRUE(Contains(EvidenceText(finding, "lsan"), "lost with it: Insert src/index.cc:8"));
  EXPECT_TRUE(Contains(finding.cause, "lost whole"));
  ASSERT_TRUE(finding.fix);
  EXPECT_TRUE(Contains(finding.fix->summary, "std::unique_ptr"));
  EXPECT_FALSE(Contains(finding.fix->summary, "weak_ptr"));
}

TEST(Diagnose, StructureThatNothingTellsNamesBothThatItMayBe) {
  Stack stripped = TestStack({{"Cache_Lookup_Test::TestBody()", "", 0, "/src/build/cache_test"}});
  for (Frame& frame : stripped) frame.file.clear();
  TestEvidence evidence = GrowingEvidence(48, 140, 1);
  Confirm({Lost(stripped, 136, 1, false)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.title, "lost memory: +136 B in 1 block per run");
  EXPECT_EQ(finding.pattern, Pattern::kUnknown);
  EXPECT_TRUE(Contains(finding.cause,
                       "blocks that only point to each other: a reference cycle, or a node-based "
                       "container that was lost whole"));
  ASSERT_TRUE(finding.fix);
  EXPECT_TRUE(Contains(finding.fix->summary, "std::unique_ptr"));
  EXPECT_TRUE(Contains(finding.fix->summary, "std::weak_ptr"));
}

TEST(Diagnose, RerunIsTheCommandWithItsOptions) {
  TestEvidence evidence = EvidenceOf(StillSeries(12));
  Confirm({Lost(CallStack("CopyName", "name.cc", 42), 33, 1)}, {}, &evidence);
  DiagnoseContext context = SomeContext();
  context.options = {"--lsan-binary", "build/cache_lsan", "--source-root", "/my src"};
  context.binary_arguments = {"--data", "two words"};
  const Diagnosis diagnosis = DiagnoseSuspect(evidence, context, Thresholds{});
  ASSERT_EQ(diagnosis.findings.size(), 1u);
  EXPECT_EQ(
      diagnosis.findings[0].rerun,
      "memprof run --lsan-binary build/cache_lsan --source-root '/my src' --filter 'Cache.Lookup' "
      "-- build/cache_test --data 'two words'");
}

TEST(Diagnose, LossWithoutAUserFramePointsToTheTest) {
  TestEvidence evidence = EvidenceOf(StillSeries(12));
  Confirm({Lost(LibraryStack(), 64, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.location.file, "tests/cache_test.cc");
  EXPECT_EQ(finding.location.line, 45);
  EXPECT_TRUE(Contains(finding.cause, "library"));
  EXPECT_EQ(finding.fingerprint.size(), 16u);
}

TEST(Diagnose, LossOfASuiteIsNotTheTests) {
  TestEvidence evidence = GrowingEvidence(48, 208, 1);
  Confirm({Lost(SuiteStack(), 200, 1)}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_TRUE(finding.tests.empty());
  EXPECT_EQ(finding.scope_label, "suite Cache (SetUpTestSuite)");
  EXPECT_EQ(finding.location.line, 9);
  EXPECT_EQ(finding.location.function, "Cache::SetUpTestSuite");
}

TEST(Diagnose, MemoryKeptOnceIsAWarningUnlessItIsLost) {
  ProcessSeries series = StillSeries(12);
  series.quantities[0].kept_by_scope[0] = Rising(12, 2 << 20, 0);
  TestEvidence evidence = EvidenceOf(series);
  evidence.kept_once_bytes = 2 << 20;
  EXPECT_TRUE(ToolsFor(evidence, Thresholds{}).any());
  Confirm({}, {}, &evidence);
  Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kOneTimeRetention);
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_EQ(finding.title, "memory kept once: 2 MiB, not given back in 12 runs");
  EXPECT_EQ(finding.location.line, 45);

  Confirm({LostOnce(CallStack("Load", "a.cc", 3), 2 << 20, 1)}, {}, &evidence);
  finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(finding.severity, Severity::kWarning);
}

TEST(Diagnose, UnrepeatableTestThatLostMemoryIsAWarning) {
  TestEvidence evidence = EvidenceOf(StillSeries(1));
  evidence.triage.series = Measured<ProcessSeries>::Not("the test failed");
  evidence.triage.unrepeatable = "failed in run 3 of 12";
  EXPECT_TRUE(ToolsFor(evidence, Thresholds{}).any());
  Confirm({LostOnce(CallStack("Load", "a.cc", 3), 5000, 1)}, {}, &evidence);
  evidence.confirm.lsan_runs = 1;
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 1u);
  EXPECT_EQ(diagnosis.findings[0].severity, Severity::kWarning);
  EXPECT_EQ(diagnosis.findings[0].title, "lost memory: 4.9 KiB in 1 block, seen in one run only");
  EXPECT_TRUE(Contains(diagnosis.findings[0].cause, "failed in run 3 of 12"));
  ASSERT_EQ(diagnosis.not_measured.size(), 1u);
  EXPECT_EQ(diagnosis.not_measured[0].tool, "triage");
  EXPECT_EQ(diagnosis.not_measured[0].why, "failed in run 3 of 12; growth needs runs");
}

TEST(Diagnose, RerunThatDiedIsNotMeasured) {
  TestEvidence evidence = EvidenceOf(StillSeries(1));
  evidence.triage.series = Measured<ProcessSeries>::Not("killed by SIGSEGV in run 2");
  const Diagnosis diagnosis = Diagnose(evidence);
  EXPECT_TRUE(diagnosis.findings.empty());
  ASSERT_EQ(diagnosis.not_measured.size(), 1u);
  EXPECT_EQ(diagnosis.not_measured[0].why, "killed by SIGSEGV in run 2");
  EXPECT_FALSE(ToolsFor(evidence, Thresholds{}).any());
}

TEST(Diagnose, HeapThatWasNotCountedIsNotJudged) {
  ProcessSeries series = StillSeries(48);
  Raise(Quantity::kBytes, 64, &series);
  series.quantities[0].measured = false;
  EXPECT_TRUE(Diagnose(EvidenceOf(series)).findings.empty());
  EXPECT_FALSE(ToolsFor(EvidenceOf(series), Thresholds{}).any());
}

// Lost in every second run: too seldom to be growth, and LeakSanitizer tells.
TEST(Diagnose, MemoryThatRisesLateIsWorthALeakCheck) {
  ProcessSeries series = StillSeries(12);
  for (std::size_t run = 0; run < 12; ++run) {
    series.quantities[0].values[run] += static_cast<std::int64_t>(run / 2) * 64;
  }
  ToolsNeeded tools = ToolsFor(EvidenceOf(series), Thresholds{});
  EXPECT_TRUE(tools.lsan);
  EXPECT_FALSE(tools.massif);
  // A buffer of random size hides it in the bytes, and not in the blocks.
  ProcessSeries noisy = StillSeries(12);
  noisy.quantities[0].values = {9000, 500, 7000, 100, 8000, 50, 9000, 300, 6000, 20, 7000, 10};
  noisy.live_blocks = Rising(12, 700, 1);
  EXPECT_TRUE(ToolsFor(EvidenceOf(noisy), Thresholds{}).lsan);
  // What only filled up at first is done with.
  for (std::size_t run = 2; run < 12; ++run) series.quantities[0].values[run] = 90'000;
  tools = ToolsFor(EvidenceOf(series), Thresholds{});
  EXPECT_FALSE(tools.any());
}

// Alone, the test drops what another of the suite takes up and frees.
TEST(Diagnose, LossThatALaterTestTakesUpIsAWarning) {
  TestEvidence evidence = GrowingEvidence(48, 40, 1);
  Confirm({Lost(CallStack("Load", "a.cc", 3), 33, 1)}, {}, &evidence);
  EXPECT_EQ(OnlyFinding(evidence).severity, Severity::kCritical);
  evidence.given_back_by = "Cache.Clear";
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.severity, Severity::kWarning);
  EXPECT_TRUE(Contains(EvidenceText(finding, "listener"), "Cache.Clear"));
}

}  // namespace
}  // namespace memprof
