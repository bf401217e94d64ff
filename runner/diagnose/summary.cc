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

/// What a run keeps less when the finding is mended. Only of what grows from run to run: memory
/// that is kept once and what never evicts is held by what a growing finding tells already, and
/// would count twice.
std::optional<std::int64_t> Reduction(const Finding& finding) {
  const bool is_memory =
      finding.kind == FindingKind::kMemoryLeak || finding.kind == FindingKind::kMemoryGrowth;
  if (!is_memory || finding.severity != Severity::kCritical) return std::nullopt;
  if (finding.fix && finding.fix->expected_reduction_bytes) {
    return finding.fix->expected_reduction_bytes;
  }
  return finding.impact.bytes_per_iteration;
}

/// What a run allocates less. A call that makes most of a peak is no waste by itself.
std::optional<std::int64_t> WasteReduction(const Finding& finding) {
  if (finding.kind != FindingKind::kOptimization || finding.pattern == Pattern::kPeakSite) {
    return std::nullopt;
  }
  if (finding.fix && finding.fix->expected_reduction_bytes) {
    return finding.fix->expected_reduction_bytes;
  }
  return finding.waste ? std::optional(finding.waste->bytes) : std::nullopt;
}

bool ShareATest(const Finding& a, const Finding& b) {
  if (a.tests.empty() && b.tests.empty()) return a.scope_label == b.scope_label;
  return std::find_first_of(a.tests.begin(), a.tests.end(), b.tests.begin(), b.tests.end()) !=
         a.tests.end();
}

/// Whether two findings may speak of the same blocks: two kinds of loss, or two ways to waste, at
/// one line. Two losses of one kind there were told apart by their callers or holders.
bool MayShareBlocks(const Finding& a, const Finding& b) {
  const bool same_place = !a.location.file.empty() && a.location.file == b.location.file &&
                          a.location.line == b.location.line;
  const bool told_apart = a.kind == b.kind && a.pattern == b.pattern;
  return same_place && !told_apart && ShareATest(a, b);
}

/// The sum of `amount` over the findings that have one, of those that may share blocks the largest;
/// none if no finding has one.
template <class Amount>
std::optional<std::int64_t> SumOnce(const std::vector<Finding>& findings, Amount amount) {
  struct Counted {
    const Finding* finding;
    std::int64_t bytes;
  };
  std::vector<Counted> all;
  for (const Finding& finding : findings) {
    if (const auto bytes = amount(finding)) all.push_back({&finding, *bytes});
  }
  if (all.empty()) return std::nullopt;
  std::stable_sort(all.begin(), all.end(),
                   [](const Counted& a, const Counted& b) { return a.bytes > b.bytes; });
  std::vector<Counted> counted;
  std::int64_t sum = 0;
  for (const Counted& each : all) {
    const bool is_counted = std::any_of(counted.begin(), counted.end(), [&](const Counted& other) {
      return MayShareBlocks(*each.finding, *other.finding);
    });
    if (is_counted) continue;
    counted.push_back(each);
    sum += each.bytes;
  }
  return sum;
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

/// 0 for the cheapest. By the words that fixes use for their effort.
int EffortRank(const Finding& finding) {
  if (!finding.fix) return 5;
  const std::string& effort = finding.fix->effort;
  int rank = 0;
  for (const char* unit : {"minute", "hour", "day", "week"}) {
    if (effort.find(unit) != std::string::npos) return rank;
    ++rank;
  }
  return rank;
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
  summary.reduction_possible_bytes = SumOnce(report.findings, Reduction);
  summary.waste_possible_bytes = SumOnce(report.findings, WasteReduction);
  summary.priorities = Priorities(report.findings);
  std::stable_sort(summary.patterns.begin(), summary.patterns.end(),
                   [](const PatternCount& a, const PatternCount& b) { return a.count > b.count; });
  summary.systemic = SystemicPatterns(report.findings);
  return summary;
}

}  // namespace memprof
