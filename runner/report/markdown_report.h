// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_MARKDOWN_REPORT_H_
#define MEMPROF_RUNNER_REPORT_MARKDOWN_REPORT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "runner/report/report.h"

namespace memprof {

/// How much room a report has in GitHub's Markdown.
struct MarkdownRoom {
  /// Of the whole, in bytes of UTF-8, which are never fewer than characters. At least 4,000.
  std::size_t bytes = 0;
  std::size_t code_bytes = 0;  ///< of one diff
  /// The table's part, so that the worst findings have room for their details.
  std::size_t table_bytes = 0;
};

/// The report: counts, what was not measured, a table of all findings, worst first, then the
/// details of each. Says what it left out.
/// `configuration` tells it apart from other reports of the same tests; empty: there is one.
std::string MarkdownReport(const Report& report, const MarkdownRoom& room,
                           std::string_view configuration = {});

/// The same as one sentence, for where nothing else has room.
std::string MarkdownHeadline(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_MARKDOWN_REPORT_H_
