// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_GTEST_JSON_H_
#define MEMPROF_RUNNER_PARSE_GTEST_JSON_H_

#include <string_view>
#include <vector>

#include "runner/base/result.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// One test as GoogleTest writes it with `--gtest_output=json:FILE`. With `--gtest_list_tests` the
/// file holds the tests of this shard that the filter selects, disabled ones among them, and no
/// outcomes.
struct GtestCase {
  enum class Result { kUnknown, kNotRun, kBegun, kRan, kSkipped, kFailed };

  RecordedTest test;
  Result result = Result::kUnknown;

  /// By its name: GoogleTest itself does not say it in a list.
  bool IsDisabled() const;
};

/// In the file's order, which is the one they run in unless shuffled. Errors: kDamaged, when it is
/// not JSON or not of that form.
Result<std::vector<GtestCase>> ParseGtestJson(std::string_view text);

/// The tests that GoogleTest's printer gives a mark ("SKIPPED" in "[  SKIPPED ] Suite.Name",
/// "FAILED", "RUN", "OK") in what a program printed, as full names; for runs whose result file is
/// the user's.
std::vector<std::string> MarkedInOutput(std::string_view output, std::string_view mark);

/// What a program printed in each iteration of its tests, in order; one piece where GoogleTest's
/// printer did not say that it repeats them. The pieces point into `output`.
std::vector<std::string_view> OutputByIteration(std::string_view output);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_GTEST_JSON_H_
