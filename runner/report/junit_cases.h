// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JUNIT_CASES_H_
#define MEMPROF_RUNNER_REPORT_JUNIT_CASES_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/renderers.h"
#include "runner/report/report.h"

namespace memprof {

/// One `<testcase>`: what JUnit's readers will see, before it is XML.
struct JunitCase {
  enum class Outcome { kPassed, kFailed, kError, kSkipped };

  std::string name;  ///< without byte counts: histories are keyed on it
  std::string file;  ///< the leak's or the assertion's, where there is one, else the test's
  int line = 0;
  std::int64_t wall_ns = 0;  ///< of the test, on its first case alone, so that sums are right
  Outcome outcome = Outcome::kPassed;
  std::string type;        ///< kind of the finding, "assertion", "crashed" or "timed_out"
  std::string message;     ///< one line; of every outcome but kPassed
  std::string body;        ///< first line is the message; of kFailed and kError
  std::string system_out;  ///< warnings and notes; may be empty
  std::vector<std::pair<std::string, std::string>> properties;  ///< GoogleTest's of the test
};

/// One `<testsuite>`, which is also the classname of its cases.
struct JunitSuite {
  std::string name;
  std::vector<JunitCase> cases;
};

/// Cuts the report into cases. Most readers show the first failure of a case alone, so there is a
/// case for each pair of a test and a critical finding; clean tests have one, so that the counts
/// are those of the test binary; findings of a suite or of the program have one of their own.
///
/// Without `options.gtest_results`, assertion failures pass with a note: the ordinary test run
/// reports those. With them each test's first case says what GoogleTest said of it, and the cases
/// of its findings follow.
std::vector<JunitSuite> JunitSuites(const Report& report, const RenderOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JUNIT_CASES_H_
