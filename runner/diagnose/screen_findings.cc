// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/peak_spike.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// The highest peak of each test, in bytes; empty where the heap was not measured.
std::vector<std::optional<std::int64_t>> PeaksOf(const RecordFile& screen) {
  std::vector<std::optional<std::int64_t>> peaks(screen.tests.size());
  for (const RecordedRun& run : screen.runs) {
    if (!run.finished || (run.window.measured & record::kHeapMeasured) == 0) continue;
    std::optional<std::int64_t>& peak = peaks[run.test];
    peak = std::max(peak.value_or(run.window.peak_bytes), run.window.peak_bytes);
  }
  return peaks;
}

std::int64_t MedianOf(const std::vector<std::optional<std::int64_t>>& peaks) {
  std::vector<std::int64_t> measured;
  for (const auto& peak : peaks) {
    if (peak) measured.push_back(*peak);
  }
  return MedianPeak(std::move(measured));
}

void DescribeBudget(std::int64_t peak, std::int64_t budget, Finding* finding) {
  finding->title =
      fmt::format("peak over budget: {} of {} allowed", HumanBytes(peak), HumanBytes(budget));
  finding->cause = "At its highest, the test holds more memory at one time than its budget allows.";
  finding->evidence.push_back(
      {"listener", fmt::format("{} live at once above what was there before the test, {} over the "
                               "budget",
                               HumanBytes(peak), HumanBytes(peak - budget))});
}

/// What is known of it whatever the other tests need.
Finding PeakFinding(FindingKind kind, const RecordedTest& test, std::int64_t peak,
                    const DiagnoseContext& context) {
  Finding finding;
  finding.kind = kind;
  finding.location = TestLine(test, context);
  finding.impact.peak_bytes = peak;
  Attribute(Scope::kTest, test, context, &finding);
  finding.fingerprint = OwnerFingerprint(kind, OwnerOf(Scope::kTest, test), "");
  return finding;
}

}  // namespace

std::vector<Finding> DiagnoseScreen(const RecordFile& screen, const DiagnoseContext& context,
                                    const Thresholds& thresholds) {
  std::vector<Finding> findings;
  const std::vector<std::optional<std::int64_t>> peaks = PeaksOf(screen);
  const std::int64_t median = MedianOf(peaks);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (!peaks[i]) continue;
    const std::optional<Verdict> verdict = DecidePeak(*peaks[i], median, thresholds);
    if (!verdict) continue;
    Finding finding = PeakFinding(verdict->kind, screen.tests[i], *peaks[i], context);
    finding.severity = verdict->severity;
    if (verdict->kind == FindingKind::kBudgetExceeded) {
      DescribeBudget(*peaks[i], *thresholds.peak_budget_bytes, &finding);
    } else {
      DescribeSpike(median, &finding);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<HighPeak> HighPeaks(const RecordFile& screen, const DiagnoseContext& context,
                                const Thresholds& thresholds) {
  std::vector<HighPeak> high_peaks;
  const std::vector<std::optional<std::int64_t>> peaks = PeaksOf(screen);
  const std::int64_t median = MedianOf(peaks);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (!peaks[i]) continue;
    // Beside tests that need nothing.
    const std::optional<Verdict> verdict = DecidePeak(*peaks[i], 0, thresholds);
    if (!verdict || verdict->kind != FindingKind::kPeakSpike) continue;
    HighPeak high{PeakFinding(verdict->kind, screen.tests[i], *peaks[i], context)};
    high.finding.severity = verdict->severity;
    high.is_told = DecidePeak(*peaks[i], median, thresholds).has_value();
    high_peaks.push_back(std::move(high));
  }
  return high_peaks;
}

}  // namespace memprof
