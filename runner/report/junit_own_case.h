// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_JUNIT_OWN_CASE_H_
#define MEMPROF_RUNNER_REPORT_JUNIT_OWN_CASE_H_

#include <cstddef>
#include <string>

#include "runner/report/gtest_results.h"
#include "runner/report/junit_cases.h"

namespace memprof {

/// The case of a test itself, without its findings, as our run saw it. `why_not_measured` is given
/// where its verdict is kNotMeasured.
JunitCase CaseOfRun(const TestReport& test, const std::string& why_not_measured,
                    const std::string& crash);

/// The same as GoogleTest's XML has it. All its failures are in one: most readers show the first
/// alone. Paths below `source_root` become relative; texts have at most `text_bytes`.
JunitCase CaseOfGtest(const GtestResult& result, const std::string& source_root,
                      std::size_t text_bytes);

/// A test that crashed or ran out of time under memprof.
JunitCase BrokenCase(const TestReport& test, const std::string& crash);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_JUNIT_OWN_CASE_H_
