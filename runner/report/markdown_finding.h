// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_MARKDOWN_FINDING_H_
#define MEMPROF_RUNNER_REPORT_MARKDOWN_FINDING_H_

#include <cstddef>
#include <span>
#include <string>

#include "runner/report/finding_order.h"
#include "runner/report/report.h"

namespace memprof {

/// Head of the table that MarkdownRow() writes rows of.
extern const char kMarkdownTableHead[];

/// One line: severity, headline, place, tests, what a run costs, what a fix saves.
std::string MarkdownRow(const NumberedFinding& numbered);

/// All that is known about the finding, folded up: cause, fix, then the rest as the terminal has
/// it. Code of more than `code_bytes` is left out with a word, for half a diff would not apply.
/// `open`: not folded up.
std::string MarkdownDetails(const NumberedFinding& numbered, std::span<const TestReport> tests,
                            std::size_t code_bytes, bool open);

/// What to change: summary, diff or snippet. Empty without a fix.
std::string MarkdownFix(const Finding& finding, std::size_t code_bytes);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_MARKDOWN_FINDING_H_
