// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_TEXT_FINDING_H_
#define MEMPROF_RUNNER_REPORT_TEXT_FINDING_H_

#include <span>
#include <string>
#include <string_view>

#include "runner/report/renderers.h"
#include "runner/report/report.h"
#include "runner/report/text_page.h"

namespace memprof {

/// "file:line", "file" where the line is unknown, "" where the file is.
std::string Place(const std::string& file, int line);

/// "CRITICAL", "WARNING", "OPTIMIZATION" as headings say it, and the paint they have.
const char* Heading(Severity severity);
Paint PaintOf(Severity severity);

/// Writes one finding: heading, then a labelled item for all that is known about it, in the order
/// in which a reader asks. `number` counts within its severity, from 1. `tests` are those of the
/// report, for the place of the finding's first test.
void WriteFinding(const Finding& finding, int number, std::span<const TestReport> tests,
                  const RenderOptions& options, TextPage* page);

/// The same in short, for what the baseline knows: heading, place and tests.
void WriteFindingBriefly(const Finding& finding, int number, std::span<const TestReport> tests,
                         TextPage* page);

/// "[8f2c91d0]", "new [8f2c91d0]": what stands at the end of a heading.
std::string FindingTail(const Finding& finding);

/// The same without its heading, for outputs that have one of their own, as `test` sees it: a full
/// name out of the finding's tests, or "" where it has none.
void WriteFindingItems(const Finding& finding, std::string_view test,
                       std::span<const TestReport> tests, TextPage* page,
                       const RenderOptions& options = {});

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_TEXT_FINDING_H_
