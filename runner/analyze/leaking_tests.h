// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_LEAKING_TESTS_H_
#define MEMPROF_RUNNER_ANALYZE_LEAKING_TESTS_H_

#include <cstdint>
#include <vector>

#include "runner/parse/lsan_log.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Whose stacks a leak check of many tests has.
struct LeakingTests {
  std::vector<std::uint32_t>
      tests;  ///< indices into the tests that were given, in order, each once
  /// What was lost where no test is on the stack: on a thread of the program's own, mostly.
  std::int64_t other_bytes = 0;
  std::int64_t other_blocks = 0;
};

/// Finds the tests on the stacks of a leak check by the class that TEST makes
/// ("Suite_Name_Test::TestBody"), by the fixture's class ("Suite::SetUp": the suite's first test),
/// or, where a tool leaves the class out, by the file and the line: the last test above it. A
/// heuristic: it convicts nobody, and of tests with parameters it finds the first.
LeakingTests FindLeakingTests(const std::vector<LsanLeak>& leaks,
                              const std::vector<RecordedTest>& tests);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_LEAKING_TESTS_H_
