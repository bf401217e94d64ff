// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Threads that cannot be parked: what the snapshot does not show must not be called lost.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

const Finding* FindingOf(const MemprofRun& run, const std::string& test) {
  for (const Finding& finding : run.report.findings) {
    if (std::find(finding.tests.begin(), finding.tests.end(), test) != finding.tests.end()) {
      return &finding;
    }
  }
  return nullptr;
}

/// massif says nothing of reach, and twelve runs have three snapshots.
const std::vector<std::string> kQuick = {
    "--tools", "lsan", "--max-runs", "12", "--min-runs-for-critical", "12"};

bool SaysPartial(const Finding& finding) {
  return std::any_of(finding.evidence.begin(), finding.evidence.end(), [](const Evidence& each) {
    return each.text.find("snapshot partial: ") != std::string::npos;
  });
}

TEST(PartialSnapshot, IsNoneWhereAThreadBlocksAllSignals) {
  const MemprofRun run = RunMemprof(ProgramPath("partial_blocked_signals"), kQuick);
  const Finding* kept = FindingOf(run, "Blocked.AThreadKeepsOnItsStack");
  ASSERT_NE(kept, nullptr) << Describe(run);
  EXPECT_EQ(kept->kind, FindingKind::kMemoryGrowth);
  EXPECT_FALSE(SaysPartial(*kept));
  ASSERT_TRUE(kept->held_by.has_value()) << Describe(run);
  EXPECT_EQ(kept->held_by->kind, HolderKind::kLocalVariable);
  EXPECT_EQ(kept->held_by->symbol, "kept");
  const Finding* lost = FindingOf(run, "Blocked.ATestLosesMemory");
  ASSERT_NE(lost, nullptr) << Describe(run);
  EXPECT_EQ(lost->kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(lost->severity, Severity::kCritical);
}

void ExpectPartial(const MemprofRun& run) {
  ASSERT_FALSE(run.report.findings.empty()) << Describe(run);
  for (const Finding& finding : run.report.findings) {
    EXPECT_EQ(finding.kind, FindingKind::kMemoryGrowth) << Describe(run);
    EXPECT_TRUE(SaysPartial(finding)) << Describe(run);
    EXPECT_TRUE(finding.cycle.empty());
    for (const Evidence& each : finding.evidence) {
      EXPECT_EQ(each.text.find("nothing refers to"), std::string::npos) << each.text;
    }
  }
}

/// LeakSanitizer needs ptrace as well: nobody can call anything lost.
TEST(PartialSnapshot, CallsNothingLostWherePtraceIsRefused) {
  for (const char* program : {"partial_blocked_signals", "partial_not_dumpable"}) {
    SCOPED_TRACE(program);
    const MemprofRun run = RunMemprof(ProgramPath("no_ptrace"), kQuick, {ProgramPath(program)});
    ASSERT_TRUE(run.has_report) << run.output;
    EXPECT_EQ(run.report.findings.size(), 2u) << Describe(run);
    ExpectPartial(run);
    EXPECT_EQ(run.exit_code, 1);
  }
}

/// Its frames are unknown, and yet it is no mapping of the program's.
TEST(PartialSnapshot, TellsTheStackOfAThreadThatRunsOn) {
  const MemprofRun run =
      RunMemprof(ProgramPath("no_ptrace"), kQuick, {ProgramPath("partial_blocked_signals")});
  const Finding* kept = FindingOf(run, "Blocked.AThreadKeepsOnItsStack");
  ASSERT_NE(kept, nullptr) << Describe(run);
  ASSERT_TRUE(kept->held_by.has_value()) << Describe(run);
  EXPECT_EQ(kept->held_by->kind, HolderKind::kLocalVariable);
  EXPECT_EQ(kept->held_by->symbol, "");
}

/// Whether it may be traced depends on our privileges; either way the tests run as before.
TEST(PartialSnapshot, OrAWholeOneOfAProcessThatIsNotDumpable) {
  const MemprofRun run = RunMemprof(ProgramPath("partial_not_dumpable"), kQuick);
  const Finding* kept = FindingOf(run, "NotDumpable.KeepsMore");
  const Finding* lost = FindingOf(run, "NotDumpable.LosesMemory");
  ASSERT_NE(kept, nullptr) << Describe(run);
  ASSERT_NE(lost, nullptr) << Describe(run);
  EXPECT_EQ(kept->kind, FindingKind::kMemoryGrowth);
  if (SaysPartial(*kept)) {
    EXPECT_TRUE(SaysPartial(*lost) || run.WhyNot("lsan").empty()) << Describe(run);
  } else {
    EXPECT_EQ(lost->kind, FindingKind::kMemoryLeak) << Describe(run);
  }
  for (const TestReport& test : run.report.tests) EXPECT_EQ(test.status, TestStatus::kPassed);
}

}  // namespace
}  // namespace memprof
