// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/fingerprint.h"
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

/// The lower of the two in the middle of an even number; 0 when nothing was measured.
std::int64_t MedianOf(const std::vector<std::optional<std::int64_t>>& peaks) {
  std::vector<std::int64_t> measured;
  for (const auto& peak : peaks) {
    if (peak) measured.push_back(*peak);
  }
  if (measured.empty()) return 0;
  const auto middle = measured.begin() + static_cast<std::ptrdiff_t>((measured.size() - 1) / 2);
  std::nth_element(measured.begin(), middle, measured.end());
  return *middle;
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

void DescribeSpike(std::int64_t peak, std::int64_t median, Finding* finding) {
  finding->title = fmt::format("peak of {}, while the median of all tests is {}", HumanBytes(peak),
                               HumanBytes(median));
  finding->cause =
      "At its highest, the test holds far more memory at one time than the other tests of this "
      "program do.";
  finding->evidence.push_back(
      {"listener", fmt::format("{} live at once above what was there before the test; the median "
                               "of all tests is {}",
                               HumanBytes(peak), HumanBytes(median))});
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
    const RecordedTest& test = screen.tests[i];
    Finding finding;
    finding.kind = verdict->kind;
    finding.severity = verdict->severity;
    finding.location = TestLine(test, context);
    finding.impact.peak_bytes = *peaks[i];
    if (verdict->kind == FindingKind::kBudgetExceeded) {
      DescribeBudget(*peaks[i], *thresholds.peak_budget_bytes, &finding);
    } else {
      DescribeSpike(*peaks[i], median, &finding);
    }
    Attribute(Scope::kTest, test, context, &finding);
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(Scope::kTest, test), "");
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace memprof
