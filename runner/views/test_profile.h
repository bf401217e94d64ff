// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_VIEWS_TEST_PROFILE_H_
#define MEMPROF_RUNNER_VIEWS_TEST_PROFILE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// What one test allocates at one place of the user's, in one run of it (the mean).
struct PlaceFigures {
  std::string function;  ///< of the innermost frame below the source root, else the innermost
  std::string file;      ///< empty where it is not known
  int line = 0;
  double allocated_bytes = 0;
  double allocations = 0;
  double temporary_bytes = 0;
  double kept_bytes = 0;  ///< at the end of all runs
};

/// What is known of where one test allocates.
struct TestProfile {
  std::string of;                    ///< the profile's name: "3 suspects, 12 runs"
  bool is_alone = true;              ///< else it is of the stacks that the test's body is on
  std::vector<PlaceFigures> places;  ///< most bytes first
};

/// From the profile that has the test alone, else from one that it has part in. None where no
/// process was traced that it ran in, or none of the stacks is known to be its own.
std::optional<TestProfile> ProfileOfTest(const Report& report, const TestReport& test);

/// What was alive at one place when the test's memory was largest.
struct PeakPlace {
  std::string function;
  std::string file;
  int line = 0;
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
};

/// By place, most bytes first; what is not told one by one has no function and no file. Empty
/// where the peak of the test was not taken apart.
std::vector<PeakPlace> PeakOfTest(const Report& report, const std::string& test);

/// Files and functions (short names) that are on a stack of the test: of its findings and of what
/// it allocates.
struct CodeOfTest {
  std::set<std::string> files;
  std::set<std::string> functions;
};
CodeOfTest CodeThatRuns(const Report& report, const TestReport& test);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_VIEWS_TEST_PROFILE_H_
