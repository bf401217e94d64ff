// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "runner/execute/files.h"
#include "tests/system/memprof_run.h"

namespace memprof {
namespace {

/// What the line of a finding is marked with: `// WASTE: pattern`; empty when it is not.
std::string MarkAt(const Location& at) {
  const Result<std::string> source = ReadFile(std::string(MEMPROF_TEST_SOURCE) + "/" + at.file);
  if (!source) return "";
  std::istringstream lines(*source);
  std::string line;
  for (int number = 1; number <= at.line; ++number) std::getline(lines, line);
  const std::size_t mark = line.find("// WASTE: ");
  return mark == std::string::npos ? "" : line.substr(mark + 10);
}

std::vector<const Finding*> WasteOf(const MemprofRun& run, const std::string& test) {
  std::vector<const Finding*> found;
  for (const Finding& finding : run.report.findings) {
    if (finding.tests == std::vector<std::string>{test}) found.push_back(&finding);
  }
  return found;
}

std::string Replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

/// What the rewritten test saves, by the counters of the screen.
void ExpectSaved(std::optional<std::int64_t> promised, std::optional<std::int64_t> wasteful,
                 std::optional<std::int64_t> rewritten, const std::string& title) {
  if (!promised) return;
  ASSERT_TRUE(wasteful && rewritten);
  EXPECT_GE(static_cast<double>(*wasteful - *rewritten), 0.8 * static_cast<double>(*promised))
      << title;
}

class WasteProgram : public testing::TestWithParam<const char*> {};

// Each `Suite.Wasteful` has a twin `Suite.Rewritten` that does the same.
TEST_P(WasteProgram, IsToldAtItsLineAndARewriteSavesWhatIsPromised) {
  const MemprofRun run = RunMemprof(ProgramPath(GetParam()));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(run.Findings(Severity::kWarning).empty()) << Describe(run);
  for (const TestReport& test : run.report.tests) {
    SCOPED_TRACE(test.FullName());
    const std::vector<const Finding*> found = WasteOf(run, test.FullName());
    if (test.name != "Wasteful") {
      EXPECT_TRUE(found.empty()) << found[0]->title;
      continue;
    }
    ASSERT_EQ(found.size(), 1u) << Describe(run);
    const Finding& finding = *found[0];
    EXPECT_EQ(finding.severity, Severity::kOptimization);
    EXPECT_EQ(Name(finding.pattern), MarkAt(finding.location)) << finding.location.line;
    EXPECT_EQ(finding.pattern_confidence, Confidence::kHigh);
    EXPECT_EQ(test.verdict, TestVerdict::kOptimization);
    const TestReport* twin = run.Test(Replaced(test.FullName(), "Wasteful", "Rewritten"));
    ASSERT_NE(twin, nullptr);
    const IterationStats& wasteful = test.iterations.at(0);
    const IterationStats& rewritten = twin->iterations.at(0);
    if (finding.pattern == Pattern::kPeakSite) {
      EXPECT_LT(*rewritten.peak_bytes, *wasteful.peak_bytes / 2);
      EXPECT_FALSE(finding.fix && finding.fix->expected_reduction_bytes);
      continue;
    }
    ASSERT_TRUE(finding.fix);
    EXPECT_TRUE(finding.fix->expected_reduction_bytes || finding.fix->expected_reduction_calls);
    ExpectSaved(finding.fix->expected_reduction_bytes, wasteful.allocated_bytes,
                rewritten.allocated_bytes, finding.title);
    ExpectSaved(finding.fix->expected_reduction_calls, wasteful.allocations, rewritten.allocations,
                finding.title);
  }
  const MemprofRun plain = RunMemprof(PlainPath(GetParam()));
  EXPECT_EQ(Comparable(plain), Comparable(run)) << Describe(plain);
}

INSTANTIATE_TEST_SUITE_P(Programs, WasteProgram,
                         testing::Values("waste_concatenation", "waste_growth", "waste_none",
                                         "waste_peak", "waste_small_objects", "waste_temporaries"),
                         [](const auto& row) { return std::string(row.param); });

TEST(Waste, IsNotLookedForWhereNobodyWantsIt) {
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"--no-waste"}, {"--only", "screen"}, {"--waste-tests", "0"}}) {
    const MemprofRun run = RunMemprof(ProgramPath("waste_concatenation"), options);
    EXPECT_TRUE(run.report.findings.empty()) << options[0];
    EXPECT_EQ(run.report.stages.size(), 1u) << options[0];
  }
}

TEST(Waste, ABudgetThatIsOverIsToldInTheLineOfTheStage) {
  const MemprofRun run = RunMemprof(ProgramPath("waste_none"), {"--waste-budget", "0"});
  ASSERT_FALSE(run.report.stages.empty()) << Describe(run);
  EXPECT_NE(run.report.stages.back().find(" would not do (--waste-budget)"), std::string::npos)
      << run.report.stages.back();
  EXPECT_TRUE(run.report.not_measured.empty()) << Describe(run);
}

TEST(Waste, ThresholdsDecideWhatIsTold) {
  EXPECT_TRUE(RunMemprof(ProgramPath("waste_concatenation"), {"--waste-bytes", "100MiB"})
                  .report.findings.empty());
  EXPECT_EQ(RunMemprof(ProgramPath("waste_concatenation"), {"--fail-on", "optimization"}).exit_code,
            1);
}

TEST(Waste, WhatAPeakIsMadeOfIsToldWithIt) {
  const MemprofRun run = RunMemprof(ProgramPath("waste_peak"), {"--peak-budget", "8MiB"});
  ASSERT_EQ(run.report.findings.size(), 1u) << Describe(run);
  const Finding& finding = run.report.findings[0];
  EXPECT_EQ(finding.kind, FindingKind::kBudgetExceeded);
  EXPECT_TRUE(std::any_of(finding.evidence.begin(), finding.evidence.end(),
                          [](const Evidence& evidence) { return evidence.source == "trace"; }));
}

TEST(Waste, ATestThatDiesAloneIsNotMeasuredAndTheOthersAre) {
  const MemprofRun run = RunMemprof(ProgramPath("waste_hostile"));
  ASSERT_TRUE(run.has_report) << run.output;
  EXPECT_EQ(run.exit_code, 0) << Describe(run);
  ASSERT_EQ(run.report.findings.size(), 1u) << Describe(run);
  EXPECT_EQ(run.report.findings[0].tests, std::vector<std::string>{"Waste.Plain"});
  EXPECT_EQ(std::count_if(run.report.not_measured.begin(), run.report.not_measured.end(),
                          [](const NotMeasured& gap) {
                            return gap.tool == "waste" && !gap.test.empty() && !gap.why.empty();
                          }),
            2);
}

}  // namespace
}  // namespace memprof
