// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/budgets.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/peak_spike.h"
#include "runner/diagnose/verdicts.h"

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

/// The thresholds of a test with these budgets.
Thresholds Owned(const Thresholds& of_run, const TestBudgets& budgets) {
  Thresholds own = of_run;
  own.peak_budget_bytes.reset();
  if (budgets.peak) own.peak_budget_bytes = budgets.peak->limit;
  return own;
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
                                    const Thresholds& thresholds,
                                    std::span<const TestEvidence> evidence) {
  std::vector<Finding> findings = OverBudget(screen, evidence, context, thresholds);
  const std::vector<TestBudgets> budgets = BudgetsOf(screen, thresholds);
  const std::vector<std::optional<std::int64_t>> peaks = PeaksOf(screen);
  const std::int64_t median = MedianOf(peaks);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (!peaks[i]) continue;
    const Thresholds own = Owned(thresholds, budgets[i]);
    const std::optional<Verdict> verdict = DecidePeak(*peaks[i], median, own);
    if (!verdict || verdict->kind != FindingKind::kPeakSpike) continue;
    Finding finding = PeakFinding(verdict->kind, screen.tests[i], *peaks[i], context);
    finding.severity = verdict->severity;
    DescribeSpike(median, &finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<HighPeak> HighPeaks(const RecordFile& screen, const DiagnoseContext& context,
                                const Thresholds& thresholds) {
  std::vector<HighPeak> high_peaks;
  const std::vector<std::optional<std::int64_t>> peaks = PeaksOf(screen);
  const std::vector<TestBudgets> budgets = BudgetsOf(screen, thresholds);
  const std::int64_t median = MedianOf(peaks);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (!peaks[i]) continue;
    const Thresholds own = Owned(thresholds, budgets[i]);
    // Beside tests that need nothing.
    const std::optional<Verdict> verdict = DecidePeak(*peaks[i], 0, own);
    if (!verdict || verdict->kind != FindingKind::kPeakSpike) continue;
    HighPeak high{PeakFinding(verdict->kind, screen.tests[i], *peaks[i], context)};
    high.finding.severity = verdict->severity;
    high.is_told = DecidePeak(*peaks[i], median, own).has_value();
    high_peaks.push_back(std::move(high));
  }
  return high_peaks;
}

}  // namespace memprof
