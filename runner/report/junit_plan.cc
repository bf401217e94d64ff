// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/junit_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kMostCases = 5000;
constexpr std::size_t kAllText = 20 << 20;  // bytes, before they are escaped
constexpr std::size_t kShortestLimit = 1 << 10;
constexpr std::size_t kLongestLimit = 16 << 10;

}  // namespace

bool FailsInJunit(const Finding& finding) {
  return finding.severity == Severity::kCritical && finding.baseline != BaselineState::kKnown;
}

JunitPlan PlanJunit(const Report& report) {
  JunitPlan plan;
  std::size_t cases = 0;
  auto add = [&](const Finding& finding) {
    if (finding.tests.empty()) {
      if (cases++ < kMostCases) plan.of_no_test.push_back(&finding);
    }
    for (const std::string& test : finding.tests) {
      if (cases++ < kMostCases) {
        plan.of_test[test].push_back(&finding);
      } else {
        JunitPlan::LeftOut& left_out = plan.left_out_of_test[test];
        ++(FailsInJunit(finding) ? left_out.failing : left_out.others);
      }
    }
  };
  for (const Finding& finding : report.findings) {
    if (FailsInJunit(finding)) add(finding);
  }
  for (const Finding& finding : report.findings) {
    if (!FailsInJunit(finding) && finding.severity != Severity::kOptimization) add(finding);
  }
  plan.cases_left_out = cases - std::min(cases, kMostCases);
  plan.text_bytes = std::clamp(kAllText / std::clamp<std::size_t>(cases, 1, kMostCases),
                               kShortestLimit, kLongestLimit);
  return plan;
}

std::string CutJunitText(std::string text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  std::size_t end = text.rfind('\n', bytes);
  if (end == std::string::npos || end == 0) {
    end = bytes;
    // Not within a character of UTF-8, whose later bytes are 10xxxxxx.
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  }
  const auto left_out = static_cast<std::int64_t>(text.size() - end);
  text.resize(end);
  return fmt::format("{}\n… cut here: {} more are in report.txt\n", text, HumanBytes(left_out));
}

}  // namespace memprof
