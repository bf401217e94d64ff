// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/exit_code.h"

#include <algorithm>

namespace memprof {
namespace {

constexpr int kSucceeded = 0;
constexpr int kHasFindings = 1;
constexpr int kCouldNotMeasure = 3;
constexpr int kTestsFailed = 4;

bool CouldNotMeasure(const Report& report, const std::vector<std::string>& required_tools) {
  // Broken off by the user, it ran fewer tests than planned.
  if (!report.crash.empty() || report.interrupted) return true;
  for (const TestReport& test : report.tests) {
    if (test.status == TestStatus::kCrashed || test.status == TestStatus::kTimedOut) return true;
  }
  for (const NotMeasured& gap : report.not_measured) {
    if (gap.tool == "screen") return true;
    const auto& required = required_tools;
    if (std::find(required.begin(), required.end(), gap.tool) != required.end()) return true;
  }
  return false;
}

}  // namespace

int ExitCode(const Report& report, const FailurePolicy& policy) {
  if (CouldNotMeasure(report, policy.required_tools)) return kCouldNotMeasure;
  for (const Finding& finding : report.findings) {
    if (finding.baseline == BaselineState::kKnown) continue;
    if (policy.fail_on && finding.severity >= *policy.fail_on) return kHasFindings;
  }
  for (const TestReport& test : report.tests) {
    if (test.status == TestStatus::kFailed && !policy.ignore_test_failures) return kTestsFailed;
  }
  return kSucceeded;
}

}  // namespace memprof
