// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_NOTICED_TESTS_H_
#define MEMPROF_RUNNER_ANALYZE_NOTICED_TESTS_H_

#include <cstdint>
#include <vector>

namespace memprof {

/// What one run of a test, or of all of them, allocates.
struct Allocating {
  std::uint32_t test = 0;  ///< the caller's number for it
  std::int64_t bytes = 0;
  std::int64_t calls = 0;
};

/// Those of `tests` that are noticed beside the whole suite, most bytes first: a fiftieth of its
/// bytes or its calls, or one of the five that allocate most.
std::vector<Allocating> NoticedTests(std::vector<Allocating> tests, const Allocating& suite);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_NOTICED_TESTS_H_
