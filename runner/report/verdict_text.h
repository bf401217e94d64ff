// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_VERDICT_TEXT_H_
#define MEMPROF_RUNNER_REPORT_VERDICT_TEXT_H_

#include <string>

#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

/// The whole report in a sentence: "2 CRITICAL, 1 WARNING in 120 tests.", "No leaks detected in 3
/// tests." What was not measured is never called clean.
std::string VerdictText(const Report& report);

/// Red where something fails the run, green where all was measured and nothing found, else yellow.
Paint PaintOfVerdict(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_VERDICT_TEXT_H_
