// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_COMPARE_SAMPLE_LEAKS_H_
#define MEMPROF_TESTS_UNIT_COMPARE_SAMPLE_LEAKS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// One leak of a test: where, what its line says, and how much.
struct Leak {
  std::string function = "app::Load";
  int line = 10;
  std::string text = "";
  std::int64_t bytes = 16;
  std::string test = "A.One";
  std::string library = "";  ///< a library's function beneath the line
};

/// A critical leak of memory as a run reports it, but for its fingerprint.
Finding LeakFinding(const Leak& leak);

/// A report of tests that passed, with these findings, whose fingerprints are numbered as a run
/// numbers them. Every test of a finding is among the tests.
Report ReportOf(const std::vector<Finding>& findings,
                const std::vector<std::string>& tests = {"A.One"});

/// The test of that name; must be there.
TestReport& TestOf(const std::string& name, Report* report);

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_COMPARE_SAMPLE_LEAKS_H_
