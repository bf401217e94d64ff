// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_DRIVER_COST_H_
#define MEMPROF_TESTS_BENCH_DRIVER_COST_H_

#include <string>
#include <vector>

#include "tests/bench/variants.h"

namespace memprof::bench {

/// What `memprof run` takes on 10,000 empty tests: reading the record, judging it and writing the
/// reports.
struct DriverCost {
  double beyond_tests_s = 0;  ///< wall time of `memprof run` less that of the tests alone
  double cpu_s = 0;           ///< CPU time of `memprof run` and the tests together
  double peak_mib = 0;        ///< highest resident set of the two processes, in MiB
  std::string not_measured;   ///< why, else empty
};

/// Least of `rounds` runs.
DriverCost MeasureDriver(const Size& size, const std::string& directory, int rounds);

/// One line for each limit that is exceeded: 3 s beyond the tests, 300 MB.
std::vector<std::string> Exceeded(const DriverCost& cost);

/// A Markdown section.
std::string Markdown(const DriverCost& cost, const Size& size);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_DRIVER_COST_H_
