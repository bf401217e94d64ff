// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_MEASURED_TESTS_H_
#define MEMPROF_RUNNER_COMPARE_MEASURED_TESTS_H_

#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "runner/report/report.h"

namespace memprof {

/// Which tests a report can speak for. A finding that it does not have is mended only if one of the
/// tests that showed it ran to its end there, and what shows such findings was measured; otherwise
/// nothing is known of it.
class MeasuredTests {
 public:
  /// `report` must outlive this.
  explicit MeasuredTests(const Report& report);

  /// Empty when the report would have the finding if it were still there; else why not, as a
  /// clause: "Cache.Lookup crashed", "heap of Cache.Lookup: a sanitizer answers malloc".
  std::string WhyUnknown(const Finding& missing) const;

 private:
  std::string WhyUnknownOf(const std::string& test, const Finding& missing) const;
  std::string WhyScopeUnknown(const Finding& missing) const;
  const std::string* GapOf(const std::string& test, const std::string& tool) const;

  const Report& report_;
  std::unordered_map<std::string, TestStatus> status_;
  std::set<std::string> suites_;  ///< with a test that ran to its end
  /// Why, by test (or "" for all) and tool.
  std::map<std::string, std::map<std::string, std::string>> gaps_;
};

/// Whether the report is of a run that was neither broken off nor crashed, with tests in it, and
/// that measured them all.
bool MeasuredAll(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_MEASURED_TESTS_H_
