// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_CTEST_OUTPUT_H_
#define MEMPROF_RUNNER_REPORT_CTEST_OUTPUT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace memprof {

// What CTest takes out of a test's output: figures and files for CDash, which `ctest -T Test`
// writes into its Test.xml. A plain `ctest` (3.22 and newer) shows nothing of it.

/// A figure of a test or of the whole run, under the name that CDash draws it by.
struct CtestMeasurement {
  std::string name;
  std::int64_t value = 0;

  bool operator==(const CtestMeasurement&) const = default;
};

/// What one test uses. An empty optional was not measured.
struct TestFigures {
  std::optional<std::int64_t> kept_bytes;  ///< by one run
  std::optional<std::int64_t> peak_bytes;
  std::optional<std::int64_t> allocations;  ///< of one run
  std::optional<std::int64_t> findings;
};

/// Those of them that were measured.
std::vector<CtestMeasurement> MeasurementsOf(const TestFigures& figures);

/// One line for each, as CTest finds them.
std::string CtestMeasurementLines(const std::vector<CtestMeasurement>& measurements);

/// The line that attaches the file at `path`, absolute, under the name "memprof report.txt".
std::string CtestFileLine(const std::string& path);

/// The line that keeps CTest from cutting an output of `bytes`, where it would: what a test that
/// passed prints beyond 1 KiB, and one that failed beyond 300 KiB. Else empty.
std::string CtestFullOutputLine(std::size_t bytes, bool passed);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_CTEST_OUTPUT_H_
