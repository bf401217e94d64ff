// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runner/diagnose/savings.h"
#include "runner/diagnose/systemic_patterns.h"

namespace memprof {
namespace {

constexpr std::size_t kPlacesShown = 10;

// A process may have 1,024 descriptors open by default, where its memory is counted in GiB; threads
// are as few. So one of either weighs as much as a MiB.
constexpr double kBytesOfOneThing = 1024.0 * 1024.0;

void CountPattern(const Finding& finding, std::vector<PatternCount>* patterns) {
  if (finding.pattern == Pattern::kUnknown) return;
  const std::string name = Name(finding.pattern);
  auto count = std::find_if(patterns->begin(), patterns->end(),
                            [&](const PatternCount& each) { return each.pattern == name; });
  if (count == patterns->end()) count = patterns->insert(count, PatternCount{name, 0, {}});
  ++count->count;
  const Location& at = finding.location;
  if (!at.file.empty() && count->where.size() < kPlacesShown) {
    count->where.push_back(fmt::format("{}:{}", at.file, at.line));
  }
}

/// Bytes a run over all tests that show it; of descriptors and threads what they are worth.
double Weight(const Finding& finding) {
  const Impact& impact = finding.impact;
  double bytes = 0;
  if (impact.bytes_per_iteration) {
    bytes = static_cast<double>(*impact.bytes_per_iteration);
  } else if (finding.waste) {
    bytes = static_cast<double>(finding.waste->bytes);
  } else if (impact.total_bytes) {
    bytes = static_cast<double>(*impact.total_bytes);
  } else if (impact.peak_bytes) {
    bytes = static_cast<double>(*impact.peak_bytes);
  }
  if (impact.count) bytes += kBytesOfOneThing * static_cast<double>(*impact.count);
  return bytes * static_cast<double>(std::max<std::size_t>(finding.tests.size(), 1));
}

std::vector<std::string> Priorities(const std::vector<Finding>& findings) {
  using Key = std::tuple<int, bool, double, int>;
  std::vector<std::pair<Key, const Finding*>> order;
  for (const Finding& finding : findings) {
    order.push_back(
        {{-static_cast<int>(finding.severity), finding.baseline == BaselineState::kKnown,
          -Weight(finding), EffortRank(finding)},
         &finding});
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> fingerprints;
  for (const auto& [key, finding] : order) fingerprints.push_back(finding->fingerprint);
  return fingerprints;
}

}  // namespace

Summary SummaryOf(const Report& report) {
  Summary summary;
  summary.tests = static_cast<int>(report.tests.size());
  for (const Finding& finding : report.findings) {
    summary.critical += finding.severity == Severity::kCritical ? 1 : 0;
    summary.warning += finding.severity == Severity::kWarning ? 1 : 0;
    summary.optimization += finding.severity == Severity::kOptimization ? 1 : 0;
    summary.known += finding.baseline == BaselineState::kKnown ? 1 : 0;
    CountPattern(finding, &summary.patterns);
  }
  for (const SuppressionUse& use : report.suppressions) summary.suppressed += use.findings;
  summary.reduction_possible_bytes = SumOnce(SavingsOf(report.findings, KeptReduction));
  summary.waste_possible_bytes = SumOnce(SavingsOf(report.findings, WasteReduction));
  summary.priorities = Priorities(report.findings);
  std::stable_sort(summary.patterns.begin(), summary.patterns.end(),
                   [](const PatternCount& a, const PatternCount& b) { return a.count > b.count; });
  summary.systemic = SystemicPatterns(report.findings);
  return summary;
}

}  // namespace memprof
