// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_BENCH_MEASURED_PROCESS_H_
#define MEMPROF_TESTS_BENCH_MEASURED_PROCESS_H_

#include <string>
#include <utility>
#include <vector>

#include "runner/base/result.h"

namespace memprof::bench {

/// A program with its arguments, and what differs from our own environment.
struct Invocation {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
};

/// What a process used, with the children that it waited for.
struct Usage {
  double cpu_s = 0;   ///< user and system time of all threads, in seconds
  double wall_s = 0;  ///< in seconds
  long peak_kib = 0;  ///< highest resident set of any one of these processes, in KiB
};

/// Runs it to its end. Its standard output is dropped; standard error goes to `error_log`. An
/// error where it cannot be started, is killed or exits with a status other than 0, with the
/// last line of the log as the hint.
Result<Usage> RunMeasured(const Invocation& invocation, const std::string& error_log);

}  // namespace memprof::bench

#endif  // MEMPROF_TESTS_BENCH_MEASURED_PROCESS_H_
