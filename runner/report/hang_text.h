// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_HANG_TEXT_H_
#define MEMPROF_RUNNER_REPORT_HANG_TEXT_H_

#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// Where a thread was, as a clause for a sentence about it: "in pause, called from Wait at
/// a.cc:11". It names the innermost call and the user's innermost one, which is what a person acts
/// on. `stack` is as ReportedStack() has it; empty gives "".
std::string WhereItWas(const Stack& stack);

/// The stacks of a hung test, a line a frame, other threads behind a line that counts those at the
/// same place: what follows the sentence in outputs with room for it. Nothing where no test hung.
std::vector<std::string> HangLines(const Report& report);

/// What outputs put behind "interrupted": " in stage triage", or "" where that is not known.
std::string InStage(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_HANG_TEXT_H_
