// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/verdict_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "runner/report/quantity.h"
#include "runner/report/text_summary.h"

namespace memprof {
namespace {

bool HeapMeasured(const Report& report) {
  return std::none_of(
      report.not_measured.begin(), report.not_measured.end(),
      [](const NotMeasured& gap) { return gap.tool == "heap" && gap.test.empty(); });
}

std::string NoLeaks(const Report& report) {
  const auto unmeasured = static_cast<int>(std::count_if(
      report.tests.begin(), report.tests.end(),
      [](const TestReport& test) { return test.verdict == TestVerdict::kNotMeasured; }));
  const int measured = report.summary.tests - unmeasured;
  const bool whole = report.crash.empty() && !report.interrupted;
  std::string text =
      fmt::format("No leaks detected {}in {}", whole ? "" : "so far ", Counted(measured, "test"));
  if (measured == 0) text = "Nothing is known of the tests";
  if (unmeasured > 0) text += fmt::format("; {} not measured", HumanCount(unmeasured));
  return text + ".";
}

/// Of one process there is no series of runs, so that it never shows that nothing grows.
std::string NoLossesIn(const Report& report) {
  if (!HeapMeasured(report)) return "Memory was not measured.";
  const bool snapshot_is_missing = std::any_of(
      report.not_measured.begin(), report.not_measured.end(),
      [](const NotMeasured& gap) { return gap.tool == "heap-snapshot" || gap.tool == "exec"; });
  if (snapshot_is_missing) return "Nothing is known of what it lost.";
  return fmt::format("No lost memory found{}.", report.crash.empty() ? "" : " up to there");
}

}  // namespace

std::string VerdictText(const Report& report) {
  const Summary& summary = report.summary;
  const std::string tests =
      report.scan ? Counted(report.scan->files, "file") : Counted(summary.tests, "test");
  std::string counts = CountsBySeverity(summary);
  std::string verdict;
  if (summary.critical + summary.warning > 0) {
    const std::string baseline = CountsByBaseline(report);
    verdict = fmt::format("{} in {}{}{}.", counts, report.process ? "one process" : tests,
                          baseline.empty() ? "" : ": ", baseline);
  } else if (report.process) {
    verdict = NoLossesIn(report);
    if (!counts.empty()) verdict += fmt::format(" {}.", counts);
    if (summary.suppressed > 0) {
      verdict += fmt::format(" {} suppressed.", HumanCount(summary.suppressed));
    }
  } else if (report.scan) {
    verdict = fmt::format("No risks found {}in {}.", report.interrupted ? "so far " : "", tests);
    if (!counts.empty()) verdict += fmt::format(" {}.", counts);
    if (summary.suppressed > 0) {
      verdict += fmt::format(" {} suppressed.", HumanCount(summary.suppressed));
    }
  } else if (summary.tests == 0) {
    verdict = "No test ran, so nothing is known.";
  } else {
    verdict =
        HeapMeasured(report)
            ? NoLeaks(report)
            : fmt::format("Memory was not measured in {}; nothing else was left behind.", tests);
    if (!counts.empty()) verdict += fmt::format(" {}.", counts);
    if (summary.suppressed > 0) {
      verdict += fmt::format(" {} suppressed.", HumanCount(summary.suppressed));
    }
  }
  return verdict;
}

Paint PaintOfVerdict(const Report& report) {
  const auto fails = [](const Finding& finding) {
    return finding.severity == Severity::kCritical && finding.baseline != BaselineState::kKnown;
  };
  if (std::any_of(report.findings.begin(), report.findings.end(), fails)) return Paint::kRed;
  if (report.summary.critical > 0) return Paint::kYellow;
  if (report.summary.warning > 0) return Paint::kYellow;
  if (report.summary.tests == 0 && !report.process && !report.scan) return Paint::kYellow;
  const bool whole = report.not_measured.empty() && report.crash.empty() && !report.interrupted;
  return whole ? Paint::kGreen : Paint::kYellow;
}

}  // namespace memprof
