// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "runner/compare/diff_exit_code.h"
#include "runner/report/comparison_text.h"
#include "tests/unit/compare/sample_leaks.h"
#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

TEST(ComparisonJson, HasBothSidesOfEachFinding) {
  Report now = ReportOf({LeakFinding({.bytes = 150}), LeakFinding({.function = "app::New"})});
  const Comparison comparison = Compare(
      ReportOf({LeakFinding({.bytes = 100}), LeakFinding({.function = "x", .test = "A.Gone"})}),
      now);
  const auto json = nlohmann::json::parse(RenderComparisonJson(comparison));
  EXPECT_EQ(json["schema_version"], 1);
  EXPECT_EQ(json["base_tests"], 2);
  EXPECT_EQ(json["new_tests"], 1);
  EXPECT_EQ(json["counts"]["new"], 1);
  EXPECT_EQ(json["counts"]["fixed"], 0);
  ASSERT_EQ(json["findings"].size(), 3u);
  EXPECT_EQ(json["findings"][0]["change"], "new");
  EXPECT_TRUE(json["findings"][0]["before"].is_null());
  EXPECT_EQ(json["findings"][1]["change"], "worse");
  EXPECT_EQ(json["findings"][1]["before"]["impact"]["bytes_per_iteration"], 100);
  EXPECT_EQ(json["findings"][1]["after"]["impact"]["bytes_per_iteration"], 150);
  EXPECT_EQ(json["findings"][2]["change"], "not measured");
  EXPECT_EQ(json["findings"][2]["why_not_measured"], "A.Gone did not run");
}

TEST(ComparisonJson, SurvivesHostileText) {
  const std::string text = RenderComparisonJson(Compare(HostileReport(), CleanReport()));
  EXPECT_TRUE(nlohmann::json::accept(text));
}

TEST(DiffExitCode, IsOneForNewOrWorseFindingsAtTheLimit) {
  const Report none = ReportOf({});
  Finding warning = LeakFinding({});
  warning.severity = Severity::kWarning;
  const Report some = ReportOf({warning});
  const Comparison comparison = Compare(none, some);
  EXPECT_EQ(DiffExitCode(comparison, some, Severity::kCritical), 0);
  EXPECT_EQ(DiffExitCode(comparison, some, Severity::kWarning), 1);
  EXPECT_EQ(DiffExitCode(comparison, some, Severity::kOptimization), 1);
  EXPECT_EQ(DiffExitCode(comparison, some, std::nullopt), 0);
  EXPECT_EQ(DiffExitCode(Compare(some, none), none, Severity::kWarning), 0) << "fixed";
  EXPECT_EQ(DiffExitCode(Compare(some, some), some, Severity::kWarning), 0) << "known";
  const Report worse = ReportOf({LeakFinding({.bytes = 99})});
  EXPECT_EQ(DiffExitCode(Compare(some, worse), worse, Severity::kCritical), 1);
}

TEST(DiffExitCode, IsThreeWhereWhatWasFoundIsNotMeasuredAgain) {
  const Report base = ReportOf({LeakFinding({.test = "A.Gone"})});
  const Report now = ReportOf({}, {"A.One"});
  EXPECT_EQ(DiffExitCode(Compare(base, now), now, Severity::kCritical), 3);
  EXPECT_EQ(DiffExitCode(Compare(base, now), now, std::nullopt), 0);
  const Report more = ReportOf({LeakFinding({.function = "app::New", .test = "A.One"})});
  EXPECT_EQ(DiffExitCode(Compare(base, more), more, Severity::kCritical), 1) << "worse than 3";
}

TEST(DiffExitCode, IsThreeWhereTheNewRunDidNotEnd) {
  const Report base = ReportOf({});
  Report crashed = ReportOf({});
  crashed.crash = "killed by SIGSEGV";
  EXPECT_EQ(DiffExitCode(Compare(base, crashed), crashed, Severity::kCritical), 3);
  Report interrupted = ReportOf({});
  interrupted.interrupted = true;
  EXPECT_EQ(DiffExitCode(Compare(base, interrupted), interrupted, Severity::kCritical), 3);
  Report empty;
  EXPECT_EQ(DiffExitCode(Compare(base, empty), empty, Severity::kCritical), 3);
}

}  // namespace
}  // namespace memprof
