// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JUNIT_FINDING_H_
#define MEMPROF_RUNNER_REPORT_JUNIT_FINDING_H_

#include <cstddef>
#include <string>

#include "runner/report/junit_cases.h"

namespace memprof {

/// Whose finding it is.
struct JunitSubject {
  std::string suite;
  std::string name;                  ///< of the test; empty: a whole suite's or the program's
  const TestReport* test = nullptr;  ///< null where the report does not have it

  std::string FullName() const { return name.empty() ? "" : suite + "." + name; }
};

/// The case of one finding: a failure where it fails tests, else a passing one that says it.
/// Texts have at most `text_bytes`.
JunitCase FindingCase(const Finding& finding, const JunitSubject& subject,
                      const RenderOptions& options, std::size_t text_bytes);

/// What a passing test says of a finding that does not fail it, in `<system-out>`.
std::string FindingNote(const Finding& finding, const JunitSubject& subject,
                        std::size_t text_bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JUNIT_FINDING_H_
