// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_EXIT_CODE_H_
#define MEMPROF_RUNNER_REPORT_EXIT_CODE_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What makes `memprof run` fail.
struct FailurePolicy {
  std::optional<Severity> fail_on = Severity::kCritical;  ///< none: findings never fail it
  std::vector<std::string> required_tools;                ///< of --require: "lsan", "massif"
  bool ignore_test_failures = false;                      ///< 0 in place of 4
};

/// The first that holds: 3 the test binary ended early, hung, ran fewer tests than planned, or a
/// required tool could not run; 1 findings at or above `fail_on` that the baseline does not know; 4
/// tests failed; 0. (2, usage, is decided before there is a report.)
int ExitCode(const Report& report, const FailurePolicy& policy);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_EXIT_CODE_H_
