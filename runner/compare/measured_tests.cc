// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/measured_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace memprof {
namespace {

bool RanToItsEnd(TestStatus status) {
  return status == TestStatus::kPassed || status == TestStatus::kFailed;
}

const char* WhyNotEnded(TestStatus status) {
  switch (status) {
    case TestStatus::kSkipped:
      return "was skipped";
    case TestStatus::kCrashed:
      return "crashed";
    case TestStatus::kTimedOut:
      return "timed out";
    default:
      return "";
  }
}

/// What must have been measured for any finding of this kind, as gaps name it.
std::vector<std::string> BasisOf(FindingKind kind) {
  switch (kind) {
    case FindingKind::kFdLeak:
      return {"screen", "triage", "descriptors"};
    case FindingKind::kThreadLeak:
    case FindingKind::kMappingLeak:
      return {"screen", "triage"};
    case FindingKind::kGaugeGrowth:
      return {"screen", "triage", "gauge", "pairs"};
    case FindingKind::kPeakSpike:
      return {"screen", "heap"};
    case FindingKind::kBudgetExceeded:
      return {"screen", "heap", "budget"};
    case FindingKind::kStaticRisk:
      return {"screen"};
    default:
      return {"screen", "triage", "heap"};
  }
}

/// Tools without which nobody would have seen the finding: the one that alone told of it.
std::vector<std::string> SoleToolOf(const Finding& finding) {
  std::string sole;
  for (const Evidence& evidence : finding.evidence) {
    if (!sole.empty() && evidence.source != sole) return {};
    sole = evidence.source;
  }
  // The listener and the trace have no gaps of their own: screen and triage say theirs.
  if (sole.empty() || sole == "listener" || sole == "trace") return {};
  return {sole};
}

}  // namespace

MeasuredTests::MeasuredTests(const Report& report) : report_(report) {
  for (const TestReport& test : report.tests) {
    status_.emplace(test.FullName(), test.status);
    if (RanToItsEnd(test.status)) suites_.insert(test.suite);
  }
  for (const NotMeasured& gap : report.not_measured) gaps_[gap.test].emplace(gap.tool, gap.why);
}

const std::string* MeasuredTests::GapOf(const std::string& test, const std::string& tool) const {
  const auto of_test = gaps_.find(test);
  if (of_test == gaps_.end()) return nullptr;
  const auto why = of_test->second.find(tool);
  return why == of_test->second.end() ? nullptr : &why->second;
}

std::string MeasuredTests::WhyUnknownOf(const std::string& test, const Finding& missing) const {
  if (!test.empty()) {
    const auto status = status_.find(test);
    if (status == status_.end()) return fmt::format("{} did not run", test);
    if (!RanToItsEnd(status->second)) {
      return fmt::format("{} {}", test, WhyNotEnded(status->second));
    }
  }
  std::vector<std::string> needed = BasisOf(missing.kind);
  for (const std::string& tool : SoleToolOf(missing)) needed.push_back(tool);
  for (const std::string& tool : needed) {
    if (const std::string* why = GapOf("", tool)) return fmt::format("{}: {}", tool, *why);
    if (test.empty()) continue;
    if (const std::string* why = GapOf(test, tool)) {
      return fmt::format("{} of {}: {}", tool, test, *why);
    }
  }
  return "";
}

std::string MeasuredTests::WhyScopeUnknown(const Finding& missing) const {
  // What a suite or the program keeps shows when all of it has run.
  if (!report_.crash.empty()) return "the test binary ended early: " + report_.crash;
  if (suites_.empty()) return "no test ran to its end";
  const std::string& label = missing.scope_label;
  const bool of_program = label.find("program (") != std::string::npos;
  const bool suite_ran = std::any_of(suites_.begin(), suites_.end(), [&](const std::string& suite) {
    return label.find(fmt::format("suite {} (", suite)) != std::string::npos;
  });
  if (label.find("suite ") != std::string::npos && !of_program && !suite_ran) {
    return fmt::format("no test of {} ran to its end", label.substr(0, label.find(" (")));
  }
  return WhyUnknownOf("", missing);
}

std::string MeasuredTests::WhyUnknown(const Finding& missing) const {
  if (report_.interrupted) return "the run was interrupted";
  if (missing.tests.empty()) return WhyScopeUnknown(missing);
  std::string first;
  for (const std::string& test : missing.tests) {
    const std::string why = WhyUnknownOf(test, missing);
    if (why.empty()) return "";
    if (first.empty()) first = why;
  }
  return first;
}

bool MeasuredAll(const Report& report) {
  const auto ended = [](const TestReport& test) {
    return RanToItsEnd(test.status) || test.status == TestStatus::kSkipped;
  };
  return report.crash.empty() && !report.interrupted && !report.tests.empty() &&
         report.not_measured.empty() &&
         std::all_of(report.tests.begin(), report.tests.end(), ended);
}

}  // namespace memprof
