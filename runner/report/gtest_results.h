// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_GTEST_RESULTS_H_
#define MEMPROF_RUNNER_REPORT_GTEST_RESULTS_H_

#include <string>
#include <utility>
#include <vector>

namespace memprof {

/// What GoogleTest's own XML says of one test, for a JUnit report that has it and ours.
struct GtestResult {
  std::string suite;
  std::string name;
  std::string file;
  int line = 0;
  double seconds = 0;
  bool skipped = false;
  bool ran = true;  ///< false where it was disabled or filtered out
  std::string skip_message = {};
  std::vector<std::string> failures;  ///< texts, as GoogleTest writes them
  std::vector<std::pair<std::string, std::string>> properties = {};  ///< RecordProperty()

  std::string FullName() const { return suite + "." + name; }
};

/// Each test once, where several runs, shards or binaries have one: those in which it ran count,
/// their times added and their failures one after another.
std::vector<GtestResult> CombineGtestResults(std::vector<GtestResult> results);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_GTEST_RESULTS_H_
