// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JUNIT_PLAN_H_
#define MEMPROF_RUNNER_REPORT_JUNIT_PLAN_H_

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What of a report goes into JUnit XML. GitLab refuses files of 30 MB
/// (docs.gitlab.com/ci/testing/unit_test_reports), and its page and others' become unusable long
/// before; so findings have 5,000 cases and notes at most, worst first, and their texts about
/// 20 MiB together. Tests are all there.
struct JunitPlan {
  struct LeftOut {
    int failing = 0;  ///< findings that would fail the test
    int others = 0;
  };

  /// Of each test, by its full name, those that are in.
  std::unordered_map<std::string, std::vector<const Finding*>> of_test;
  std::unordered_map<std::string, LeftOut> left_out_of_test;
  std::vector<const Finding*> of_no_test;  ///< those of a suite or of the program that are in
  std::size_t cases_left_out = 0;          ///< pairs of a test and a finding
  std::size_t text_bytes = 0;              ///< that one text may have
};

/// Whether a finding fails its tests: the baseline's own findings fail none, and JUnit knows no
/// warning.
bool FailsInJunit(const Finding& finding);

/// `report` must outlive the plan. Optimizations are in no JUnit file.
JunitPlan PlanJunit(const Report& report);

/// `text` with its end left out, and a last line that says so, where it has more than `bytes`.
std::string CutJunitText(std::string text, std::size_t bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JUNIT_PLAN_H_
