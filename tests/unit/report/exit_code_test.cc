// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/exit_code.h"

#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "gtest/gtest.h"

namespace memprof {
namespace {

struct Row {
  const char* name;
  int expected;
  std::function<void(Report*)> change;
  FailurePolicy policy = {};
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

void AddTest(Report* report, TestStatus status) {
  TestReport test;
  test.status = status;
  report->tests.push_back(test);
}

void AddFinding(Report* report, Severity severity) {
  Finding finding;
  finding.severity = severity;
  report->findings.push_back(finding);
}

std::vector<Row> Rows() {
  const FailurePolicy requires_lsan = {Severity::kCritical, {"lsan"}};
  const FailurePolicy on_warning = {Severity::kWarning, {}};
  const FailurePolicy never = {std::nullopt, {}};
  const auto critical = [](Report* report) { AddFinding(report, Severity::kCritical); };
  const auto warning = [](Report* report) { AddFinding(report, Severity::kWarning); };
  const auto known = [](BaselineState state) {
    return [state](Report* report) {
      AddFinding(report, Severity::kCritical);
      report->findings.back().baseline = state;
    };
  };
  const auto gap = [](const char* tool) {
    return [tool](Report* report) { report->not_measured.push_back({tool, "A.B", "why"}); };
  };
  const auto status = [](TestStatus of) { return [of](Report* report) { AddTest(report, of); }; };
  return {
      {"NothingFound", 0, [](Report*) {}},
      {"SkippedTest", 0, status(TestStatus::kSkipped)},
      {"CriticalFinding", 1, critical},
      {"WarningBelowTheLimit", 0, warning},
      {"KnownCriticalFinding", 0, known(BaselineState::kKnown)},
      {"NewCriticalFinding", 1, known(BaselineState::kNew)},
      {"WorseCriticalFinding", 1, known(BaselineState::kWorse)},
      {"WarningAtTheLimit", 1, warning, on_warning},
      {"CriticalAboveTheLimit", 1, critical, on_warning},
      {"FindingsNeverFail", 0, critical, never},
      {"FailedTest", 4, status(TestStatus::kFailed)},
      {"FindingBeforeFailedTest", 1,
       [&](Report* report) {
         AddTest(report, TestStatus::kFailed);
         AddFinding(report, Severity::kCritical);
       }},
      {"CrashedTest", 3, status(TestStatus::kCrashed)},
      {"HungTest", 3, status(TestStatus::kTimedOut)},
      {"CrashBeforeFinding", 3,
       [](Report* report) {
         report->crash = "killed by SIGSEGV";
         AddFinding(report, Severity::kCritical);
       }},
      {"ScreenIncomplete", 3, gap("screen")},
      {"BrokenOffByTheUser", 3, [](Report* report) { report->interrupted = true; }},
      {"ToolMissing", 0, gap("lsan")},
      {"RequiredToolMissing", 3, gap("lsan"), requires_lsan},
      {"OtherToolMissing", 0, gap("massif"), requires_lsan},
  };
}

class ExitCodeTable : public testing::TestWithParam<Row> {};

TEST_P(ExitCodeTable, IsTheFirstThatHolds) {
  Report report;
  AddTest(&report, TestStatus::kPassed);
  GetParam().change(&report);
  EXPECT_EQ(ExitCode(report, GetParam().policy), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Rows, ExitCodeTable, testing::ValuesIn(Rows()),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace memprof
