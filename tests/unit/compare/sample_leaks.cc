// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/compare/sample_leaks.h"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/merge.h"

namespace memprof {

Finding LeakFinding(const Leak& leak) {
  Finding finding;
  finding.severity = Severity::kCritical;
  finding.kind = FindingKind::kMemoryLeak;
  finding.pattern = Pattern::kLostOwner;
  finding.title = fmt::format("lost memory: +{} B per run", leak.bytes);
  finding.tests = {leak.test};
  finding.location = {"src/app.cc", leak.line, leak.function, leak.text};
  if (!leak.library.empty()) {
    finding.stack.push_back({leak.library, "/usr/include/c++/12/vector", 1, "/build/app_test"});
  }
  finding.stack.push_back({leak.function, "src/app.cc", leak.line, "/build/app_test"});
  finding.stack.push_back({"A_One_Test::TestBody", "src/app_test.cc", 99, "/build/app_test"});
  finding.impact.bytes_per_iteration = leak.bytes;
  finding.impact.blocks_per_iteration = 1;
  finding.impact.total_bytes = leak.bytes * 1000;
  finding.growth = GrowthSeries{"linear", {0, leak.bytes, 2 * leak.bytes, 3 * leak.bytes}, 1.0};
  finding.evidence = {{"trace", "alive at the end"}, {"lsan", "unreachable"}};
  return finding;
}

Report ReportOf(const std::vector<Finding>& findings, const std::vector<std::string>& tests) {
  Report report;
  report.tool_version = "0.1.0";
  report.binary = "build/app_test";
  report.findings = GroupFindings(findings);
  std::set<std::string> names(tests.begin(), tests.end());
  for (const Finding& finding : findings) names.insert(finding.tests.begin(), finding.tests.end());
  for (const std::string& name : names) {
    TestReport test;
    test.suite = name.substr(0, name.find('.'));
    test.name = name.substr(name.find('.') + 1);
    report.tests.push_back(test);
  }
  Summarize(&report);
  return report;
}

TestReport& TestOf(const std::string& name, Report* report) {
  for (TestReport& test : report->tests) {
    if (test.FullName() == name) return test;
  }
  throw std::logic_error("the report has no test " + name);
}

}  // namespace memprof
