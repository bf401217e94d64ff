// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/baseline.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/compare/comparison.h"
#include "runner/compare/policy.h"
#include "runner/report/exit_code.h"
#include "runner/report/json_reader.h"
#include "runner/report/renderers.h"
#include "tests/unit/compare/sample_leaks.h"

namespace memprof {
namespace {

constexpr int kKnown = 200;

Leak KnownLeak(int number, bool with_text) {
  Leak leak;
  leak.function = fmt::format("app::Load{}", number);
  leak.line = 1000 + 10 * number;
  leak.bytes = 16 + number;
  leak.library = "std::vector<int>::push_back";
  if (with_text) leak.text = fmt::format("auto* item = new Item{}(name);", number);
  return leak;
}

std::vector<Finding> KnownLeaks(bool with_text) {
  std::vector<Finding> findings;
  for (int i = 0; i < kKnown; ++i) findings.push_back(LeakFinding(KnownLeak(i, with_text)));
  return findings;
}

/// A run against what an earlier one left: written, committed and read back.
Report HeldAgainst(const Report& earlier, Report now) {
  Result<Report> read = ReadReportJson(RenderJson(BaselineOf(earlier), RenderOptions()));
  EXPECT_TRUE(read.ok()) << read.error().message;
  Policy policy;
  policy.baseline = std::move(read).value();
  policy.baseline_file = "baseline.json";
  ApplyPolicy(policy, &now);
  return now;
}

class Baseline : public testing::TestWithParam<bool> {};

TEST_P(Baseline, WithAllFindingsKnownTheRunIsGreen) {
  const Report report = ReportOf(KnownLeaks(GetParam()));
  EXPECT_EQ(ExitCode(report, FailurePolicy()), 1);
  const Report held = HeldAgainst(report, report);
  EXPECT_EQ(ExitCode(held, FailurePolicy()), 0);
  EXPECT_EQ(held.summary.known, kKnown);
  ASSERT_TRUE(held.baseline.has_value());
  EXPECT_EQ(held.baseline->file, "baseline.json");
  EXPECT_EQ(held.baseline->findings, kKnown);
  EXPECT_EQ(held.baseline->gone, 0);
}

TEST_P(Baseline, OneMoreInAFunctionThatHasOneTurnsItRedAndComesFirst) {
  const Report earlier = ReportOf(KnownLeaks(GetParam()));
  for (const int line : {-2, +2}) {
    SCOPED_TRACE(line);
    std::vector<Finding> findings = KnownLeaks(GetParam());
    Leak added = KnownLeak(77, GetParam());
    added.line += line;
    added.bytes = 4;
    if (GetParam()) added.text = "index_.push_back(strdup(name.c_str()));";
    findings.push_back(LeakFinding(added));
    const Report held = HeldAgainst(earlier, ReportOf(findings));
    EXPECT_EQ(ExitCode(held, FailurePolicy()), 1);
    EXPECT_EQ(held.summary.known, kKnown);
    ASSERT_EQ(held.findings.size(), kKnown + 1u);
    EXPECT_EQ(held.findings[0].location.line, added.line);
    EXPECT_EQ(held.findings[0].baseline, BaselineState::kNew);
    EXPECT_EQ(held.summary.priorities[0], held.findings[0].fingerprint);
    for (std::size_t i = 1; i < held.findings.size(); ++i) {
      EXPECT_EQ(held.findings[i].baseline, BaselineState::kKnown) << held.findings[i].title;
    }
  }
}

TEST_P(Baseline, OneMoreThatNothingTellsApartTurnsItRedToo) {
  std::vector<Finding> findings = KnownLeaks(GetParam());
  const Report earlier = ReportOf(findings);
  Leak twin = KnownLeak(77, GetParam());
  twin.line += 1;
  findings.push_back(LeakFinding(twin));
  const Report held = HeldAgainst(earlier, ReportOf(findings));
  EXPECT_EQ(ExitCode(held, FailurePolicy()), 1);
  EXPECT_EQ(held.summary.known, kKnown);
}

INSTANTIATE_TEST_SUITE_P(Compare, Baseline, testing::Bool(), [](const auto& each) {
  return each.param ? "WithLineText" : "WithoutLineText";
});

TEST(BaselineFile, WorseFailsAndBetterDoesNot) {
  const Report earlier = ReportOf({LeakFinding({.bytes = 100})});
  const Report worse = HeldAgainst(earlier, ReportOf({LeakFinding({.bytes = 120})}));
  EXPECT_EQ(worse.findings[0].baseline, BaselineState::kWorse);
  EXPECT_EQ(ExitCode(worse, FailurePolicy()), 1);
  const Report better = HeldAgainst(earlier, ReportOf({LeakFinding({.bytes = 10})}));
  EXPECT_EQ(better.findings[0].baseline, BaselineState::kKnown);
  EXPECT_EQ(ExitCode(better, FailurePolicy()), 0);
}

TEST(BaselineFile, TellsWhatIsGoneAndWasMeasured) {
  const Report earlier = ReportOf({LeakFinding({.function = "app::Mended"}),
                                   LeakFinding({.function = "app::Unseen", .test = "A.Two"})});
  const Report held = HeldAgainst(earlier, ReportOf({}, {"A.One"}));
  EXPECT_EQ(held.baseline->findings, 2);
  EXPECT_EQ(held.baseline->gone, 1);
}

TEST(BaselineFile, OfTheSameProgramIsTheSameFile) {
  Report first = ReportOf(KnownLeaks(true));
  Report second = ReportOf(KnownLeaks(true));
  std::swap(second.findings[0], second.findings[1]);
  second.stages = {"screen: 1 test in 9 ms"};
  second.binary = "/elsewhere/app_test";
  for (Finding& finding : second.findings) {
    finding.growth->series.push_back(1 << 30);
    finding.impact.total_bytes = 1;
    finding.title += ", no bound seen in 64 runs";
    finding.stack[0].module = "/elsewhere/app_test";
    finding.evidence[0].text = "other figures";
    finding.rerun = "memprof run -- /elsewhere/app_test";
  }
  const std::string file = RenderJson(BaselineOf(first), RenderOptions());
  EXPECT_EQ(file, RenderJson(BaselineOf(second), RenderOptions()));
  EXPECT_LT(file.size() / kKnown, 2000u) << "bytes a finding";
  EXPECT_EQ(file.find("/build/"), std::string::npos) << "a path of the machine";
  EXPECT_EQ(file.find("/usr/include"), std::string::npos) << "a path of the machine";
}

TEST(BaselineFile, KeepsWhatOnlyOneToolSaw) {
  Finding finding = LeakFinding({});
  finding.evidence = {{"lsan", "unreachable"}};
  const Report earlier = ReportOf({finding});
  Report now = ReportOf({}, {"A.One"});
  now.not_measured.push_back({"lsan", "A.One", "ptrace is not permitted here"});
  EXPECT_EQ(HeldAgainst(earlier, now).baseline->gone, 0);
}

}  // namespace
}  // namespace memprof
