// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Who holds what grows, and which circles are lost, in programs whose sources say so.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/held_text.h"
#include "tests/system/holder_marks.h"
#include "tests/system/memprof_run.h"
#include "tests/unit/report/golden.h"

namespace memprof {
namespace {

/// massif says nothing of holders. Twelve runs have three snapshots; to follow growth takes long.
const std::vector<std::string> kQuick = {
    "--tools", "lsan", "--max-runs", "12", "--min-runs-for-critical", "12"};

std::vector<const Finding*> FindingsOf(const MemprofRun& run, const std::string& test) {
  std::vector<const Finding*> findings;
  for (const Finding* finding : run.Findings(Severity::kWarning)) {
    const std::vector<std::string>& tests = finding->tests;
    if (std::find(tests.begin(), tests.end(), test) != tests.end()) findings.push_back(finding);
  }
  return findings;
}

/// A vector's buffer and what it refers to may be findings of their own: all have the holder.
void ExpectHolder(const HolderMark& mark, const std::string& file, const MemprofRun& run) {
  SCOPED_TRACE(mark.test);
  const std::vector<const Finding*> findings = FindingsOf(run, mark.test);
  EXPECT_FALSE(findings.empty()) << Describe(run);
  for (const Finding* finding : findings) {
    EXPECT_EQ(finding->kind, FindingKind::kMemoryGrowth) << finding->title;
    EXPECT_EQ(finding->severity, Severity::kCritical) << finding->title;
    ASSERT_TRUE(finding->held_by.has_value()) << Describe(run);
    EXPECT_EQ(finding->held_by->symbol, mark.symbol);
    EXPECT_EQ(Name(finding->held_by->kind), mark.kind);
    EXPECT_FALSE(finding->held_by->is_foreign);
    if (mark.symbol.empty()) continue;
    EXPECT_TRUE(IsSameType(finding->held_by->type, mark.type)) << finding->held_by->type;
    EXPECT_EQ(finding->held_by->file, file);
    EXPECT_EQ(finding->held_by->line, mark.line);
  }
}

void ExpectPath(const PathMark& mark, const MemprofRun& run) {
  for (const Finding* finding : FindingsOf(run, mark.test)) {
    for (const RetentionStep& step : finding->retention_path) {
      if ((step.what + ": " + step.type).find(mark.text) != std::string::npos) return;
    }
  }
  ADD_FAILURE() << mark.test << ": nothing leads through " << mark.text << "\n" << Describe(run);
}

void ExpectCycle(const CycleMark& mark, const MemprofRun& run) {
  SCOPED_TRACE(mark.test);
  const std::vector<const Finding*> findings = FindingsOf(run, mark.test);
  ASSERT_EQ(findings.size(), 1u) << Describe(run);
  EXPECT_EQ(findings[0]->kind, FindingKind::kMemoryLeak);
  EXPECT_EQ(findings[0]->severity, Severity::kCritical);
  EXPECT_EQ(findings[0]->pattern, Pattern::kReferenceCycle);
  EXPECT_FALSE(findings[0]->held_by.has_value());
  EXPECT_TRUE(IsCycleThrough(findings[0]->cycle, mark.types))
      << testing::PrintToString(findings[0]->cycle);
}

void ExpectWeaken(const WeakenMark& mark, const std::string& file, const MemprofRun& run) {
  SCOPED_TRACE(mark.test);
  for (const Finding* finding : FindingsOf(run, mark.test)) {
    ASSERT_TRUE(finding->weaken.has_value()) << Describe(run);
    const bool is_capture = mark.member.find("::") == std::string::npos;
    if (is_capture) {
      EXPECT_NE(finding->weaken->member.find("`" + mark.member + "`"), std::string::npos)
          << finding->weaken->member;
      continue;
    }
    EXPECT_EQ(finding->weaken->member, mark.member);
    EXPECT_EQ(finding->weaken->file, file);
    EXPECT_GT(finding->weaken->line, 0);
  }
}

void ExpectMarks(const HolderMarks& marks, const std::string& file, const MemprofRun& run) {
  for (const HolderMark& mark : marks.holders) ExpectHolder(mark, file, run);
  for (const PathMark& mark : marks.paths) ExpectPath(mark, run);
  for (const CycleMark& mark : marks.cycles) ExpectCycle(mark, run);
  for (const WeakenMark& mark : marks.weaken) ExpectWeaken(mark, file, run);
}

std::string HeldTextOf(const MemprofRun& run) {
  Result<std::string> text = ReadFile(run.out + "/report.txt");
  return HeldText(text.ok() ? *text : run.output);
}

class Held : public testing::TestWithParam<const char*> {};

TEST_P(Held, IsNamedAsTheSourceSaysLinkedOrNot) {
  const std::string name = GetParam();
  const std::string file = "tests/programs/" + name + ".cc";
  const HolderMarks marks = ReadHolderMarks(file);
  ASSERT_GT(marks.holders.size() + marks.cycles.size(), 0u);
  const MemprofRun linked = RunMemprof(ProgramPath(name), kQuick);
  ASSERT_TRUE(linked.has_report) << linked.output;
  ExpectMarks(marks, file, linked);
  for (const TestReport& test : linked.report.tests) {
    EXPECT_EQ(test.verdict, TestVerdict::kCritical) << test.FullName();
  }
  EXPECT_TRUE(linked.report.not_measured.empty()) << Describe(linked);
  ExpectGolden("held/" + name + ".txt", HeldTextOf(linked));
  const MemprofRun plain = RunMemprof(PlainPath(name), kQuick);
  ExpectMarks(marks, file, plain);
  EXPECT_EQ(HeldTextOf(plain), HeldTextOf(linked));
}

INSTANTIATE_TEST_SUITE_P(Program, Held,
                         testing::Values("found_cycle_of_classes", "found_cycle_through_closure",
                                         "found_held_by_main", "found_held_by_mapping",
                                         "found_held_by_variables", "found_held_in_containers",
                                         "found_held_through_members"),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace memprof
