// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/peak_spike.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::string_view kAboveBefore = " live at once above what was there before the test; ";

/// The highest peak of each test that was measured, in bytes, by full name.
std::map<std::string, std::int64_t> PeaksOf(const std::vector<TestReport>& tests) {
  std::map<std::string, std::int64_t> peaks;
  for (const TestReport& test : tests) {
    std::optional<std::int64_t> peak;
    for (const IterationStats& stats : test.iterations) peak = std::max(peak, stats.peak_bytes);
    if (peak) peaks[test.FullName()] = *peak;
  }
  return peaks;
}

/// One call that makes most of a spike is told with the spike, as where both were seen in one run.
void TakePeakSite(const std::map<std::string, std::int64_t>& peaks, const std::string& test,
                  std::vector<Finding>* findings, Finding* spike) {
  for (Finding& finding : *findings) {
    if (finding.pattern != Pattern::kPeakSite || std::erase(finding.tests, test) == 0) continue;
    if (!finding.location.file.empty()) {
      spike->evidence.push_back(
          {"trace", fmt::format("half of it or more is made at {}:{}", finding.location.file,
                                finding.location.line)});
    }
    // The figure may have been that test's; the others' peaks bound what is left.
    std::int64_t most = 0;
    for (const std::string& other : finding.tests) {
      const auto peak = peaks.find(other);
      if (peak != peaks.end()) most = std::max(most, peak->second);
    }
    std::optional<std::int64_t>& bytes = finding.impact.peak_bytes;
    if (bytes && most > 0) *bytes = std::min(*bytes, most);
  }
  std::erase_if(*findings, [](const Finding& finding) {
    return finding.pattern == Pattern::kPeakSite && finding.tests.empty() &&
           finding.scope_label.empty();
  });
}

}  // namespace

std::int64_t MedianPeak(std::vector<std::int64_t> peaks) {
  if (peaks.empty()) return 0;
  const auto middle = peaks.begin() + static_cast<std::ptrdiff_t>((peaks.size() - 1) / 2);
  std::nth_element(peaks.begin(), middle, peaks.end());
  return *middle;
}

void DescribeSpike(std::int64_t median, Finding* finding) {
  const std::string peak = HumanBytes(finding->impact.peak_bytes.value_or(0));
  finding->title =
      fmt::format("peak of {}, while the median of all tests is {}", peak, HumanBytes(median));
  finding->cause =
      "At its highest, the test holds far more memory at one time than the other tests of this "
      "program do.";
  std::erase_if(finding->evidence, [](const Evidence& evidence) {
    return evidence.text.find(kAboveBefore) != std::string::npos;
  });
  finding->evidence.insert(finding->evidence.begin(),
                           {"listener", fmt::format("{}{}the median of all tests is {}", peak,
                                                    kAboveBefore, HumanBytes(median))});
}

void JudgeHighPeaks(const std::vector<TestReport>& tests, ProgramEvidence* program,
                    std::vector<Finding>* findings) {
  Thresholds thresholds;
  thresholds.peak_spike_bytes = program->peak_spike_bytes;
  thresholds.peak_spike_factor = program->peak_spike_factor;
  const std::map<std::string, std::int64_t> peaks = PeaksOf(tests);
  std::vector<std::int64_t> sizes;
  for (const auto& [test, peak] : peaks) sizes.push_back(peak);
  const std::int64_t median = MedianPeak(std::move(sizes));
  for (HighPeak& high : program->high_peaks) {
    const std::optional<Verdict> verdict =
        DecidePeak(high.finding.impact.peak_bytes.value_or(0), median, thresholds);
    const auto known = std::find_if(findings->begin(), findings->end(), [&](const Finding& each) {
      return each.fingerprint == high.finding.fingerprint;
    });
    if (known != findings->end()) {
      if (verdict) {
        DescribeSpike(median, &*known);
      } else {
        findings->erase(known);
      }
    } else if (verdict && !high.is_told) {
      Finding spike = high.finding;
      DescribeSpike(median, &spike);
      TakePeakSite(peaks, spike.tests.empty() ? "" : spike.tests[0], findings, &spike);
      findings->push_back(std::move(spike));
    }
    high.is_told = verdict.has_value();
  }
}

}  // namespace memprof
