// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "runner/diagnose/growing_places.h"
#include "tests/unit/diagnose/diagnosed.h"

namespace memprof {
namespace {

const Stack kRemember = Unwound(CallStack("Remember", "cache.cc", 88));
const Stack kIndex = Unwound(CallStack("Index", "b.cc", 12));

/// Of a suspect that grows by what its sites take.
TestEvidence TracedEvidence(std::vector<TracedSite> sites, int runs = 192) {
  ProcessSeries series = StillSeries(runs);
  std::vector<std::int64_t>& live = series.quantities[0].values;
  live.assign(static_cast<std::size_t>(runs), 0);
  series.live_blocks.assign(static_cast<std::size_t>(runs), 0);
  for (const TracedSite& site : sites) {
    for (std::size_t i = 0; i < live.size(); ++i) {
      live[i] += site.bytes[i];
      series.live_blocks[i] += site.blocks[i];
    }
  }
  TestEvidence evidence = EvidenceOf(std::move(series));
  Trace(std::move(sites), {}, &evidence);
  return evidence;
}

TEST(TracedGrowth, LocationAndSharesComeFromTheTraceAndMassifAgrees) {
  TestEvidence evidence =
      TracedEvidence({TracedGrowing(kIndex, 192, 100, 1), TracedGrowing(kRemember, 192, 900, 10)});
  // By massif the other call would be the main one.
  Confirm({},
          {Growing(CallStack("Index", "b.cc", 12), 900, 0.9),
           Growing(CallStack("Remember", "cache.cc", 88), 100, 0.1)},
          &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.title, "memory grows: +1000 B per run, no bound seen in 192 runs");
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.function, "Remember");
  EXPECT_EQ(finding.location.line, 88);
  EXPECT_EQ(finding.stack.size(), 2u);
  EXPECT_EQ(finding.evidence[0].source, "trace");
  EXPECT_EQ(finding.evidence[0].text,
            "grew in 192 of 192 runs at this line; +900 B and 10 blocks a run, 90 % of the growth; "
            "blocks of 192 runs are alive");
  EXPECT_EQ(finding.evidence[1].text, "also rises: Index src/b.cc:12, +100 B per run");
  EXPECT_EQ(EvidenceText(finding, "massif"),
            "agrees: 10 % of the growth of the heap at this call\n");
  EXPECT_EQ(EvidenceText(finding, "lsan"), "nothing unreachable: something still refers to it\n");
  EXPECT_FALSE(Contains(EvidenceText(finding, "listener"), "allocator's"));
}

TEST(TracedGrowth, IsTheSameFindingWithAndWithoutATrace) {
  TestEvidence traced = TracedEvidence({TracedGrowing(kRemember, 192, 900, 10)});
  Confirm({}, {Growing(CallStack("Remember", "cache.cc", 88), 900)}, &traced);
  TestEvidence untraced = GrowingEvidence(192, 940, 10);
  untraced.triage.untraced = "another allocator answers malloc";
  Confirm({}, {Growing(CallStack("Remember", "cache.cc", 88), 900)}, &untraced);
  const Finding by_trace = OnlyFinding(traced), by_massif = OnlyFinding(untraced);
  EXPECT_EQ(by_trace.fingerprint, by_massif.fingerprint);
  EXPECT_EQ(by_trace.location.line, by_massif.location.line);
  EXPECT_EQ(EvidenceText(by_massif, "trace"), "not measured: another allocator answers malloc\n");
}

struct MassifRow {
  const char* name;
  std::vector<GrowingSite> growing;
  const char* says;
};

TEST(TracedGrowth, SaysWhereMassifDiffers) {
  const MassifRow rows[] = {
      {"elsewhere",
       {Growing(CallStack("Index", "b.cc", 12), 900, 0.94)},
       "puts it elsewhere: Index src/b.cc:12, 94 % of the growth of the heap\n"},
      {"in a library",
       {Growing(LibraryStack(), 900, 1)},
       "puts it elsewhere: a call outside the source root, 100 % of the growth of the heap\n"},
      {"of the suite alone", {Growing(SuiteStack(), 900, 1)}, "no call rises in 6 snapshots\n"},
      {"nowhere", {}, "no call rises in 6 snapshots\n"},
  };
  for (const MassifRow& row : rows) {
    TestEvidence evidence = TracedEvidence({TracedGrowing(kRemember, 192, 900, 10)});
    Confirm({}, row.growing, &evidence);
    const Finding finding = OnlyFinding(evidence);
    EXPECT_EQ(EvidenceText(finding, "massif"), row.says) << row.name;
    EXPECT_EQ(finding.location.line, 88) << row.name;
  }
}

// ptrace may be refused: then nobody knows whether it is lost, and it grows all the same.
TEST(TracedGrowth, WithoutLsanIsCriticalAndSaysThatReachabilityIsUnknown) {
  TestEvidence evidence = TracedEvidence({TracedGrowing(kRemember, 48, 900, 10)}, 48);
  evidence.confirm.wanted = {true, false, false};
  evidence.confirm.lost = Measured<std::vector<LostSite>>::Not("ptrace is not permitted here");
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.location.line, 88);
  EXPECT_TRUE(Contains(finding.cause, "or it is lost is unknown"));
  EXPECT_EQ(EvidenceText(finding, "lsan"), "not measured: ptrace is not permitted here\n");
  EXPECT_EQ(EvidenceText(finding, "massif"), "");
}

// One line, reached by another path each time: no stack grows by the rule, the line does.
TEST(TracedGrowth, StacksThatMeetAtOneLineAreJudgedTogether) {
  std::vector<TracedSite> sites;
  for (int path = 0; path < 4; ++path) {
    TracedSite site;
    site.stack = kRemember;
    site.stack.insert(site.stack.begin() + 2,
                      {"Path" + std::to_string(path) + "()", "/src/src/path.cc", path + 1, ""});
    for (int run = 0; run < 48; ++run) site.bytes.push_back((run + 4 - path) / 4 * 64);
    site.blocks = site.bytes;
    for (std::int64_t& blocks : site.blocks) blocks /= 64;
    site.iterations_made = 12;
    sites.push_back(site);
  }
  TestEvidence evidence = TracedEvidence(sites, 48);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.location.line, 88);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "grew in 48 of 48 runs at this line"));
}

// The table of a container belongs to the test that enlarged it last.
TEST(TracedGrowth, WhatComesAndGoesAtALineDoesNotHideWhatGrowsThere) {
  const std::vector<TracedSite> growing = {TracedGrowing(kIndex, 192, 100, 1),
                                           TracedGrowing(kRemember, 192, 900, 10)};
  TestEvidence evidence = TracedEvidence(growing);
  TracedSite table = TracedGrowing(kRemember, 192, 0, 0);
  table.stack.insert(table.stack.begin() + 1,
                     {"Table::Enlarge()", "/usr/include/c++/12/map", 1, ""});
  for (std::size_t run = 40; run < 90; ++run) table.bytes[run] = 400000;
  Trace({growing[0], growing[1], table}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.title, "memory grows: +1000 B per run, no bound seen in 192 runs");
  EXPECT_EQ(finding.location.line, 88);
}

TEST(TracedGrowth, RestOfManySmallSitesIsNoPlace) {
  TestEvidence evidence =
      TracedEvidence({TracedGrowing({}, 192, 5000, 50), TracedGrowing(kRemember, 192, 900, 10)});
  Confirm({}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.location.line, 88);
  EXPECT_TRUE(Contains(EvidenceText(finding, "trace"), "calls whose stacks were not kept"));
}

TEST(TracedGrowth, WhatTheTraceCannotNameIsLeftToMassif) {
  TestEvidence evidence = TracedEvidence({TracedGrowing(kRemember, 48, 900, 10)}, 48);
  evidence.triage.sites.clear();
  Confirm({}, {Growing(CallStack("Index", "b.cc", 12), 900)}, &evidence);
  EXPECT_EQ(OnlyFinding(evidence).location.line, 12);
}

TEST(TracedGrowth, LostAndKeptMemoryAreTwoFindings) {
  const Stack lost = CallStack("CopyName", "name.cc", 42);
  TestEvidence evidence = TracedEvidence(
      {TracedGrowing(Unwound(lost), 48, 33, 1), TracedGrowing(kRemember, 48, 1000, 10)}, 48);
  Confirm({Lost(lost, 33, 1)}, {}, &evidence);
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_EQ(diagnosis.findings.size(), 2u);
  EXPECT_EQ(diagnosis.findings[0].kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(diagnosis.findings[0].location.line, 42);
  EXPECT_EQ(diagnosis.findings[1].kind, FindingKind::kMemoryGrowth);
  EXPECT_EQ(diagnosis.findings[1].location.line, 88);
  EXPECT_EQ(diagnosis.findings[1].impact.bytes_per_iteration, 1000);
}

struct ScopeRow {
  const char* name;
  Scope scope;
  Stack stack;
  const char* label;
  int line;
};

// What is made outside the tests is never blamed on the one whose rerun shows it.
TEST(TracedGrowth, OutsideTheTestsIsTheSuitesOrTheProgramsAtItsOwnLine) {
  const Frame run_suite = {"testing::TestSuite::Run()", "/usr/src/gtest.cc", 1, ""};
  const Frame main = {"main", "/src/tests/main.cc", 5, ""};
  const ScopeRow rows[] = {
      {"SetUpTestSuite", Scope::kSuite, SuiteStack(), "suite Cache (SetUpTestSuite)", 9},
      {"TearDownTestSuite",
       Scope::kSuite,
       {{"Cache::TearDownTestSuite()", "/src/tests/cache_test.cc", 14, ""}, run_suite, main},
       "suite Cache (TearDownTestSuite)",
       14},
      {"Environment",
       Scope::kProgram,
       {{"Env::SetUp()", "/src/tests/env.cc", 7, ""},
        {"testing::internal::SetUpEnvironment(testing::Environment*)", "/usr/gtest.cc", 1, ""},
        main},
       "program (a testing::Environment)",
       7},
      {"Main", Scope::kProgram, {main, {"_start", "", 0, ""}}, "program (main)", 5},
      {"StaticInitialiser",
       Scope::kProgram,
       {{"__static_initialization_and_destruction_0(int, int)", "/src/src/table.cc", 3, ""},
        {"_GLOBAL__sub_I_table", "/src/src/table.cc", 9, ""},
        {"call_init", "../csu/libc-start.c", 145, ""},
        {"__libc_start_main_impl", "../csu/libc-start.c", 379, ""}},
       "program (a static initialiser)",
       3},
      {"LoadedLibrary",
       Scope::kProgram,
       {{"_GLOBAL__sub_I_plugin", "/src/src/plugin.cc", 4, ""},
        {"call_init.part.0", "./elf/dl-init.c", 70, ""},
        {"dl_open_worker", "./elf/dl-open.c", 808, ""},
        main},
       "program (a static initialiser of a library that it loads)",
       4},
      {"NoUserFrame", Scope::kSuite, LibraryStack(), "suite Cache (SetUpTestSuite)", 0},
  };
  for (const ScopeRow& row : rows) {
    TestEvidence evidence = TracedEvidence({TracedGrowing(row.stack, 48, 64, 1)}, 48);
    evidence.scope = row.scope;
    const Finding finding = OnlyFinding(evidence);
    EXPECT_TRUE(finding.tests.empty()) << row.name;
    EXPECT_EQ(finding.scope_label, row.label) << row.name;
    EXPECT_EQ(finding.location.line, row.line) << row.name;
    EXPECT_FALSE(Contains(finding.cause, "that of the test")) << row.name;
  }
}

TEST(TracedGrowth, MemoryKeptOnceIsAtTheLineThatHoldsMost) {
  TestEvidence evidence = TracedEvidence(
      {TracedOnce(kIndex, 12, 1 << 20, 1), TracedOnce(kRemember, 12, 3 << 20, 4)}, 12);
  EXPECT_TRUE(ToolsFor(evidence, Thresholds{}).lsan);
  Confirm({}, {}, &evidence);
  const Finding finding = OnlyFinding(evidence);
  EXPECT_EQ(finding.kind, FindingKind::kOneTimeRetention);
  EXPECT_EQ(finding.title, "memory kept once: 4 MiB, not given back in 12 runs");
  EXPECT_EQ(finding.location.line, 88);
  EXPECT_EQ(EvidenceText(finding, "trace"),
            "3 MiB in 4 blocks alive after the last run: Remember src/cache.cc:88\n"
            "1 MiB in 1 block alive after the last run: Index src/b.cc:12\n");
  // What main holds while tests run is kept by none of them.
  evidence.scope = Scope::kProgram;
  EXPECT_TRUE(Diagnose(evidence).findings.empty());
}

TEST(TracedGrowth, WhatLiesOutsideTheTestsIsWorthALeakCheck) {
  TestEvidence evidence = TracedEvidence({TracedOnce(SuiteStack(), 12, 64, 1)}, 12);
  EXPECT_FALSE(ToolsFor(evidence, Thresholds{}).any());
  evidence.scope = Scope::kSuite;
  EXPECT_TRUE(ToolsFor(evidence, Thresholds{}).lsan);
  EXPECT_FALSE(ToolsFor(evidence, Thresholds{}).massif);
}

TEST(TracedGrowth, GapOfASuiteIsNotThatOfTheTestThatShowsIt) {
  TestEvidence evidence = TracedEvidence({TracedGrowing(SuiteStack(), 48, 64, 1)}, 48);
  evidence.scope = Scope::kSuite;
  evidence.confirm.wanted.lsan = true;
  const Diagnosis diagnosis = Diagnose(evidence);
  ASSERT_FALSE(diagnosis.not_measured.empty());
  EXPECT_EQ(diagnosis.not_measured[0].tool, "lsan");
  for (const NotMeasured& gap : diagnosis.not_measured) EXPECT_EQ(gap.test, "") << gap.tool;
}

}  // namespace
}  // namespace memprof
