// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <string>

#include "tests/unit/report/sample_report.h"

namespace memprof {
namespace {

constexpr int kIterations = 12;
constexpr int kFrames = 14;

std::string TestName(int test) { return fmt::format("Test{}", test); }
std::string SuiteName(int test) { return fmt::format("Suite{}", test / 50); }

/// Sizes and texts differ from finding to finding, as they do in life.
Finding FindingOf(const Finding& model, int number, int tests) {
  Finding finding = model;
  finding.fingerprint = fmt::format("{:016x}", 0x9e3779b97f4a7c15ULL * (unsigned(number) + 1));
  finding.severity = number % 5 < 2   ? Severity::kCritical
                     : number % 5 < 4 ? Severity::kWarning
                                      : Severity::kOptimization;
  if (finding.severity == Severity::kOptimization) finding.kind = FindingKind::kOptimization;
  finding.title = fmt::format("memory grows: +{} KiB per run, no bound seen in 1,024 runs", number);
  finding.tests.clear();
  for (int i = 0; i < 1 + number % 4; ++i) {
    const int test = (number * 7 + i) % tests;
    finding.tests.push_back(SuiteName(test) + "." + TestName(test));
  }
  finding.location.file = fmt::format("src/module{}/part{}.cpp", number % 40, number % 200);
  finding.location.line = 10 + number;
  finding.location.function = fmt::format("app::module{}::Part{}::Store", number % 40, number);
  finding.stack.resize(std::min<std::size_t>(finding.stack.size(), 2));
  for (int i = 0; i < kFrames; ++i) {
    finding.stack.push_back({fmt::format("app::module{}::Part{}::Level{}(std::vector<int> const&)",
                                         number % 40, number, i),
                             finding.location.file, finding.location.line + i, ""});
  }
  finding.impact.bytes_per_iteration = 1024 * (number + 1);
  return finding;
}

}  // namespace

Report ManyFindings(int tests, int findings) {
  Report report = LargeReport(tests, kIterations);
  for (int test = 0; test < tests; ++test) report.tests[std::size_t(test)].suite = SuiteName(test);
  const Report sample = SampleReport();
  report.profiles = sample.profiles;
  report.sources = sample.sources;
  for (int i = 0; i < findings; ++i) {
    const Finding& model = sample.findings[std::size_t(i) % sample.findings.size()];
    report.findings.push_back(FindingOf(model, i, tests));
    Summary& summary = report.summary;
    const Severity severity = report.findings.back().severity;
    ++(severity == Severity::kCritical  ? summary.critical
       : severity == Severity::kWarning ? summary.warning
                                        : summary.optimization);
    for (const std::string& test : report.findings.back().tests) {
      const int number = std::stoi(test.substr(test.find(".Test") + 5));
      TestVerdict& verdict = report.tests[std::size_t(number)].verdict;
      if (severity == Severity::kCritical) verdict = TestVerdict::kCritical;
      if (severity == Severity::kWarning && verdict == TestVerdict::kClean) {
        verdict = TestVerdict::kWarning;
      }
    }
  }
  return report;
}

}  // namespace memprof
