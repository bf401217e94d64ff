// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/step_summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/report/markdown_report.h"
#include "runner/report/markdown_text.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

// Head, one row and the lines about what is left out.
constexpr std::size_t kLeast = 8'000;
constexpr std::size_t kCodeBytes = 20'000;
constexpr std::size_t kNameColumns = 100;

}  // namespace

std::string StepSummaryWithin(const Report& report, std::size_t bytes) {
  bytes = std::min(bytes, kStepSummaryBytes);
  if (bytes >= kLeast) {
    return MarkdownReport(report, {bytes, std::min(kCodeBytes, bytes / 4), bytes / 3});
  }
  const std::string line =
      fmt::format("{} ({}); the step's summary is full, the report has the rest.\n",
                  MarkdownHeadline(report), MarkdownText(report.binary, kNameColumns));
  return line.size() <= bytes ? line : "";
}

std::string RenderStepSummary(const Report& report, const RenderOptions&) {
  return StepSummaryWithin(report, kStepSummaryBytes);
}

}  // namespace memprof
