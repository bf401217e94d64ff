// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_LISTED_TESTS_H_
#define MEMPROF_RUNNER_ANALYZE_LISTED_TESTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/parse/gtest_json.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// The listed tests that are to run: without disabled ones, unless the user's flags run those too.
std::vector<RecordedTest> PlannedTests(const std::vector<GtestCase>& listed, bool runs_disabled);

/// A record whose boundaries came from GoogleTest's stream knows a test's name alone, and no test
/// that never started. This adds file, line and parameters by suite and name, then the planned
/// tests that never started, and how many were planned.
void JoinPlanned(const std::vector<RecordedTest>& planned, RecordFile* record);

/// The stream does not tell a skipped test from one that failed: neither has passed. `results` is
/// GoogleTest's own result file; of several iterations it holds the last, and what was skipped
/// there counts as skipped in all that it did not pass: a test skips for its surroundings, which
/// seldom change in between.
void JoinResults(const std::vector<GtestCase>& results, RecordFile* record);

/// The same for tests known by their full names, in one iteration or in all.
void JoinSkipped(const std::vector<std::string>& skipped, std::optional<std::size_t> iteration,
                 RecordFile* record);

/// The same where the program ended well: then what did not pass was skipped, but for `failed`, by
/// their full names. A `main` may take failures for what it expects.
void JoinSuccess(const std::vector<std::string>& failed, std::optional<std::size_t> iteration,
                 RecordFile* record);

/// The planned tests with the outcomes that GoogleTest's printer marks in `output`. Where it names
/// none that begins (--gtest_brief), the unnamed ones of a program that `exited` have passed.
std::vector<GtestCase> ResultsByMarks(const std::vector<RecordedTest>& planned,
                                      std::string_view output, bool exited);

/// A record as one without measurements would be: the tests of GoogleTest's result file that ran,
/// with their outcomes, and nothing measured of any; one that began and did not end is unfinished.
/// It has no process.
RecordFile UnmeasuredRecord(const std::vector<GtestCase>& results);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_LISTED_TESTS_H_
