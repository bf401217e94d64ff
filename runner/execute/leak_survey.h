// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_LEAK_SURVEY_H_
#define MEMPROF_RUNNER_EXECUTE_LEAK_SURVEY_H_

#include <string>
#include <vector>

#include "runner/analyze/suspects.h"
#include "runner/execute/screen.h"
#include "runner/report/report.h"

namespace memprof {

/// What a leak check of all tests together told.
struct LeakSurvey {
  bool ran = false;
  std::vector<Suspect> suspects;  ///< tests that lost memory, in order
  std::vector<NotMeasured> not_measured;
};

/// Where a sanitizer's runtime owns the heap and does not tell of its blocks, no window shows who
/// keeps memory. So the tests that passed run once more, in one process, and the runtime's own leak
/// check after the last of them names those to look at. Does nothing where the heap is counted,
/// where the runtime has no leak check, or where the user wants none.
LeakSurvey SurveyLeaks(const RunOptions& options, const Screen& screen,
                       const std::string& directory);

/// Both, each test once, in order.
std::vector<Suspect> WithSuspects(std::vector<Suspect> known, const std::vector<Suspect>& more);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_LEAK_SURVEY_H_
