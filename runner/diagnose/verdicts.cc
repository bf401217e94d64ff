// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/verdicts.h"

namespace memprof {
namespace {

FindingKind KindOfGrowth(Quantity quantity) {
  switch (quantity) {
    case Quantity::kBytes:
      return FindingKind::kMemoryGrowth;
    case Quantity::kDescriptors:
      return FindingKind::kFdLeak;
    case Quantity::kThreads:
      return FindingKind::kThreadLeak;
    case Quantity::kMappedBytes:
      return FindingKind::kMappingLeak;
  }
  return FindingKind::kMemoryGrowth;
}

}  // namespace

Verdict DecideLost(bool recurs, bool outside_root, bool repeatable) {
  const bool certain = recurs && !outside_root && repeatable;
  return {FindingKind::kMemoryLeak, certain ? Severity::kCritical : Severity::kWarning};
}

std::optional<Verdict> DecideGrowth(Quantity quantity, const GrowthResult& growth, int runs,
                                    const Thresholds& thresholds) {
  if (!growth.growing) return std::nullopt;
  const bool followed = quantity != Quantity::kBytes || runs >= thresholds.min_runs_for_critical;
  return Verdict{KindOfGrowth(quantity), followed ? Severity::kCritical : Severity::kWarning};
}

std::optional<Verdict> DecideGaugeGrowth(const GrowthResult& growth) {
  if (!growth.growing) return std::nullopt;
  return Verdict{FindingKind::kGaugeGrowth, Severity::kCritical};
}

std::optional<Verdict> DecideMemoryGrowth(const GrowthResult& growth, int runs, bool given_back,
                                          const Thresholds& thresholds) {
  std::optional<Verdict> verdict = DecideGrowth(Quantity::kBytes, growth, runs, thresholds);
  if (verdict && given_back) verdict->severity = Severity::kWarning;
  return verdict;
}

std::optional<Verdict> DecideOneTime(std::int64_t kept_once, std::int64_t still_kept,
                                     std::int64_t lost, bool growing,
                                     const Thresholds& thresholds) {
  if (growing || kept_once < thresholds.one_time_bytes) return std::nullopt;
  if (still_kept < thresholds.one_time_bytes) return std::nullopt;
  // What is lost has a finding of its own; the rest must be worth one by itself.
  if (kept_once - lost < thresholds.one_time_bytes) return std::nullopt;
  return Verdict{FindingKind::kOneTimeRetention, Severity::kWarning};
}

std::optional<Verdict> DecidePeak(std::int64_t peak, std::int64_t median,
                                  const Thresholds& thresholds) {
  if (thresholds.peak_budget_bytes && peak > *thresholds.peak_budget_bytes) {
    return Verdict{FindingKind::kBudgetExceeded, Severity::kCritical};
  }
  const bool spike =
      peak > thresholds.peak_spike_bytes &&
      static_cast<double>(peak) > thresholds.peak_spike_factor * static_cast<double>(median);
  if (!spike) return std::nullopt;
  return Verdict{FindingKind::kPeakSpike, Severity::kWarning};
}

}  // namespace memprof
