// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/finding_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

bool IsCounted(FindingKind kind) {
  return kind == FindingKind::kFdLeak || kind == FindingKind::kThreadLeak ||
         kind == FindingKind::kGaugeGrowth;
}

/// "1 descriptor", for kinds that count things rather than bytes.
std::optional<std::string> Things(const Finding& finding) {
  if (!finding.impact.count) return std::nullopt;
  if (finding.kind == FindingKind::kMappingLeak) return Counted(*finding.impact.count, "mapping");
  if (finding.kind == FindingKind::kBudgetExceeded) {
    return Counted(*finding.impact.count, "allocation");
  }
  return AmountWords(finding.kind, *finding.impact.count);
}

std::int64_t Rounded(double value) {
  constexpr double kLimit = 9.2e18;  // within int64; llround is undefined beyond
  return std::llround(std::clamp(value, -kLimit, kLimit));
}

std::string Percent(double share) { return fmt::format("{:.0f} %", 100 * share); }

}  // namespace

std::string AmountWords(FindingKind kind, std::int64_t value) {
  switch (kind) {
    case FindingKind::kFdLeak:
      return Counted(value, "descriptor");
    case FindingKind::kThreadLeak:
      return Counted(value, "thread");
    case FindingKind::kGaugeGrowth:
      return HumanCount(value);
    default:
      return HumanBytes(value);
  }
}

std::string AmountText(const Finding& finding) {
  const Impact& impact = finding.impact;
  std::vector<std::string> parts;
  const std::optional<std::string> things = Things(finding);
  if (things && !(finding.growth && IsCounted(finding.kind))) parts.push_back(*things + " a run");
  // The series of a growth has told the rise and the sum already.
  if (!finding.growth) {
    if (impact.bytes_per_iteration && impact.blocks_per_iteration) {
      parts.push_back(fmt::format("{} in {} a run", HumanBytes(*impact.bytes_per_iteration),
                                  Counted(*impact.blocks_per_iteration, "block")));
    } else if (impact.bytes_per_iteration) {
      parts.push_back(HumanBytes(*impact.bytes_per_iteration) + " a run");
    }
    if (impact.total_bytes) {
      parts.push_back(HumanBytes(*impact.total_bytes) + " over all runs measured");
    }
  }
  if (impact.peak_bytes) parts.push_back("peak " + HumanBytes(*impact.peak_bytes));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string ShortAmount(const Finding& finding) {
  const Impact& impact = finding.impact;
  if (finding.waste) return HumanBytes(finding.waste->bytes) + " wasted a run";
  if (const std::optional<std::string> things = Things(finding)) return *things + " a run";
  if (impact.bytes_per_iteration) return HumanBytes(*impact.bytes_per_iteration) + " a run";
  if (impact.peak_bytes) return "peak " + HumanBytes(*impact.peak_bytes);
  return impact.total_bytes ? HumanBytes(*impact.total_bytes) + " in all" : "";
}

std::string SlopeText(const Finding& finding) {
  if (!finding.growth) return "";
  const std::vector<std::int64_t>& series = finding.growth->series;
  const std::optional<std::int64_t> known =
      IsCounted(finding.kind) ? finding.impact.count : finding.impact.bytes_per_iteration;
  if (series.size() < 2)
    return known ? AmountWords(finding.kind, *known) + " a run" : std::string();

  const double steps = static_cast<double>(series.size() - 1);
  const double mean =
      (static_cast<double>(series.back()) - static_cast<double>(series.front())) / steps;
  std::size_t rises = 0;
  bool same = true;
  for (std::size_t i = 1; i < series.size(); ++i) {
    if (series[i] > series[i - 1]) ++rises;
    // As doubles: two steps between the extremes of int64 overflow.
    same = same && static_cast<double>(series[i]) - static_cast<double>(series[i - 1]) == mean;
  }
  const std::string per_run = AmountWords(finding.kind, Rounded(mean)) + " a run";
  if (same) return per_run + ", same every run";
  return fmt::format("{}, rose in {} of {} runs", per_run, rises, series.size() - 1);
}

std::string WasteText(const Waste& waste) {
  std::string shares;
  if (waste.share_of_bytes > 0) shares = Percent(waste.share_of_bytes) + " of the test's bytes";
  if (waste.share_of_calls > 0) {
    shares += fmt::format("{}{} of its allocations", shares.empty() ? "" : ", ",
                          Percent(waste.share_of_calls));
  }
  return fmt::format("{} in {} a run{}{}", HumanBytes(waste.bytes),
                     Counted(waste.calls, "allocation"), shares.empty() ? "" : ": ", shares);
}

std::string SavingsText(const Finding& finding) {
  if (!finding.fix) return "";
  const Fix& fix = *finding.fix;
  std::vector<std::string> parts;
  if (fix.expected_reduction_bytes) {
    const bool is_waste = finding.kind == FindingKind::kOptimization;
    parts.push_back(fmt::format("{} {}a run", HumanBytes(*fix.expected_reduction_bytes),
                                is_waste ? "allocated " : ""));
  }
  if (fix.expected_reduction_calls) {
    parts.push_back(Counted(*fix.expected_reduction_calls, "allocation") + " a run");
  }
  if (fix.expected_peak_reduction_bytes) {
    parts.push_back(HumanBytes(*fix.expected_peak_reduction_bytes) + " of the peak");
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string WeakenedType(const Weaken& weaken) {
  const bool is_shared = weaken.type.empty() || weaken.type.find("shared_ptr") != std::string::npos;
  return is_shared ? "std::weak_ptr" : "a pointer that owns nothing";
}

}  // namespace memprof
