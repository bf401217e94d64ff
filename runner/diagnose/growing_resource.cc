// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/growing_resource.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>

#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/series_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kNamesShown = 3;

/// What the identities of descriptors say of a growth.
struct GrowingDescriptors {
  std::vector<std::int64_t> counts;  ///< of those that grow, summed up
  double per_run = 0;
  std::set<std::string> growing;  ///< targets
  std::set<std::string> risen;    ///< targets that rose without growing: each run opens another
};

GrowingDescriptors FindGrowingDescriptors(const ProcessSeries& series, const GrowthRule& rule) {
  GrowingDescriptors found;
  for (const IdentitySeries& identity : series.descriptors) {
    if (identity.counts.empty()) continue;
    const GrowthResult growth = ClassifyGrowth(identity.counts, rule);
    if (growth.growing) {
      found.growing.insert(identity.target);
      found.per_run += growth.slope;
      found.counts.resize(identity.counts.size());
      for (std::size_t i = 0; i < identity.counts.size(); ++i) {
        found.counts[i] += identity.counts[i];
      }
    } else if (identity.counts.back() > identity.counts.front()) {
      found.risen.insert(identity.target);
    }
  }
  return found;
}

/// For the fingerprint. A path that only rose may be a temporary file of another name each time,
/// so its directory stands for it.
std::string KindsOf(const GrowingDescriptors& descriptors) {
  std::set<std::string> kinds;
  for (const std::string& target : descriptors.growing) kinds.insert(DescriptorKind(target));
  if (kinds.empty()) {
    for (const std::string& target : descriptors.risen) {
      const bool is_path = target.starts_with('/');
      kinds.insert(DescriptorKind(is_path ? target.substr(0, target.rfind('/') + 1) : target));
    }
  }
  return fmt::format("{}", fmt::join(kinds, "|"));
}

std::optional<GrowingResource> GrowingDescriptorsOf(const ProcessSeries& series,
                                                    const Thresholds& thresholds) {
  const QuantitySeries& total = series.Of(Quantity::kDescriptors);
  if (!total.measured) return std::nullopt;
  const GrowthResult growth = ClassifyGrowth(total.values, thresholds.growth);
  GrowingDescriptors found = FindGrowingDescriptors(series, thresholds.growth);
  if (!growth.growing && found.growing.empty()) return std::nullopt;

  GrowingResource growing;
  growing.quantity = Quantity::kDescriptors;
  growing.detail = KindsOf(found);
  std::set<std::string> named = found.growing;
  if (growth.growing) {
    growing.growth = growth;
    growing.values = total.values;
    growing.noun = "open descriptors";
    growing.per_run = WholePerRun(std::max(growth.slope, found.per_run));
    // What the identities that grow leave over is by those that each rose a little.
    if (named.empty() || growth.slope - found.per_run >= 0.5) named.merge(found.risen);
  } else {
    growing.growth = ClassifyGrowth(found.counts, thresholds.growth);
    // A sum may smooth what each of its parts shows; each has convicted by itself.
    growing.growth.growing = true;
    growing.values = found.counts;
    growing.noun = "descriptors of " + TargetNames(named);
    growing.per_run = WholePerRun(found.per_run);
  }
  DescribeGrowth(named, &growing);
  return growing;
}

/// What all quantities that are told by their total alone have in common.
std::optional<GrowingResource> GrowingTotalOf(Quantity quantity, const ProcessSeries& series,
                                              const Thresholds& thresholds) {
  const QuantitySeries& total = series.Of(quantity);
  if (!total.measured) return std::nullopt;
  GrowingResource growing;
  growing.quantity = quantity;
  growing.growth = ClassifyGrowth(total.values, thresholds.growth);
  if (!growing.growth.growing) return std::nullopt;
  growing.values = total.values;
  growing.per_run = WholePerRun(growing.growth.slope);
  return growing;
}

}  // namespace

std::optional<GrowingResource> GrowingTotal(Quantity quantity, const ProcessSeries& series,
                                            const Thresholds& thresholds) {
  if (quantity == Quantity::kDescriptors) return GrowingDescriptorsOf(series, thresholds);
  std::optional<GrowingResource> growing = GrowingTotalOf(quantity, series, thresholds);
  if (!growing) return growing;
  growing->noun = quantity == Quantity::kThreads ? "running threads" : "mapped bytes";
  DescribeGrowth({}, &*growing);
  return growing;
}

GrowingResource GrowingAt(const AcquiringPlace& place, Quantity quantity) {
  GrowingResource growing;
  growing.quantity = quantity;
  growing.growth = place.growth;
  growing.values = place.values;
  growing.per_run = WholePerRun(place.slope);
  std::set<std::string> kinds;
  for (const std::string& target : place.targets) kinds.insert(DescriptorKind(target));
  growing.detail = fmt::format("{}", fmt::join(kinds, "|"));
  DescribeGrowth(place.targets, &growing);
  return growing;
}

void DescribeGrowth(const std::set<std::string>& named, GrowingResource* growing) {
  switch (growing->quantity) {
    case Quantity::kThreads:
      growing->title =
          fmt::format("threads left running: +{} per run", HumanCount(growing->per_run));
      growing->cause =
          "Each run starts threads that have not ended when it is over. Each holds its stack, and "
          "what it refers to can never be freed.";
      growing->pattern = Pattern::kThreadNotJoined;
      return;
    case Quantity::kMappedBytes:
      growing->title = fmt::format("mappings left: +{} per run", HumanBytes(growing->per_run));
      growing->cause =
          "Each run maps memory or files with mmap and does not unmap all of it. The address space "
          "that it takes is never given back.";
      return;
    default:
      growing->title =
          fmt::format("descriptors left open: +{} per run{}", HumanCount(growing->per_run),
                      named.empty() ? "" : " (" + TargetNames(named) + ")");
      growing->cause =
          "Each run opens descriptors that are still open when it ends. A process may only hold so "
          "many; then every open, accept and fork begins to fail.";
      return;
  }
}

std::string TargetNames(const std::set<std::string>& targets) {
  std::map<std::string, std::vector<std::string>> kinds;
  for (const std::string& target : targets) kinds[DescriptorKind(target)].push_back(target);
  std::vector<std::string> names;
  for (const auto& [kind, members] : kinds) {
    if (names.size() == kNamesShown) break;
    const bool is_path = members.front().starts_with('/');
    if (members.size() == 1) {
      names.push_back(is_path ? members.front() : kind);
    } else {
      names.push_back(fmt::format("{} ×{}", kind, members.size()));
    }
  }
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (kinds.size() > names.size()) {
    text += fmt::format(
        ", +{}", Counted(static_cast<std::int64_t>(kinds.size() - names.size()), "more kind"));
  }
  return text;
}

std::string DescriptorKind(std::string_view target) {
  if (target.starts_with('/')) return WithoutDigits(target);
  const std::size_t bracket = target.find(":[");
  if (bracket == std::string_view::npos || !target.ends_with(']')) return WithoutDigits(target);
  // "anon_inode:[eventpoll]" names what it is; "socket:[12345]" names its number.
  const std::string_view type = target.substr(0, bracket);
  if (type != "anon_inode") return WithoutDigits(type);
  return WithoutDigits(target.substr(bracket + 2, target.size() - bracket - 3));
}

}  // namespace memprof
