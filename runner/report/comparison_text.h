// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_COMPARISON_TEXT_H_
#define MEMPROF_RUNNER_REPORT_COMPARISON_TEXT_H_

#include <string>

#include "runner/compare/comparison.h"
#include "runner/report/renderers.h"

namespace memprof {

/// `memprof diff` on a terminal: worst first, with the figures and series side by side; ends with
/// one line of counts, or "No leaks detected" where the new result has none.
std::string RenderComparisonText(const Comparison& comparison, const Report& now,
                                 const RenderOptions& options);
/// The same as Markdown for a pull request, of at most 60,000 characters.
std::string RenderComparisonMarkdown(const Comparison& comparison, const Report& now);
/// The same as JSON with a `schema_version`.
std::string RenderComparisonJson(const Comparison& comparison);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_COMPARISON_TEXT_H_
