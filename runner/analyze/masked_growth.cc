// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/masked_growth.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace memprof {
namespace {

void AddTo(std::vector<std::int64_t>* sum, const std::vector<std::int64_t>& values) {
  sum->resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) (*sum)[i] += values[i];
}

/// Whether what grew until then was given back by the last iteration, before which the process
/// rests: work that others finish in their own time.
bool IsGivenBackInTheEnd(const std::vector<std::int64_t>& values, const GrowthRule& rule) {
  if (values.size() < 2) return false;
  const std::vector<std::int64_t> before(values.begin(), values.end() - 1);
  return values.back() < before.back() / 2 && ClassifyGrowth(before, rule).growing;
}

}  // namespace

void UnmaskGrowth(const GrowthRule& rule, TracedOwner* owner) {
  QuantitySeries& live = owner->series.quantities[static_cast<std::size_t>(Quantity::kBytes)];
  if (!live.measured || ClassifyGrowth(live.values, rule).growing) return;
  const bool is_given_back = IsGivenBackInTheEnd(live.values, rule);
  std::vector<std::int64_t> bytes;
  std::vector<std::int64_t> blocks;
  for (const TracedSite& site : owner->sites) {
    const GrowthResult growth = ClassifyGrowth(site.bytes, rule);
    if (!growth.growing) continue;
    if (is_given_back && growth.growth == GrowthClass::kStepwise) continue;
    AddTo(&bytes, site.bytes);
    AddTo(&blocks, site.blocks);
  }
  // Containers that double at different runs may each grow by the rule and their sum not.
  if (bytes.empty() || !ClassifyGrowth(bytes, rule).growing) return;
  live.values = std::move(bytes);
  live.kept_by_scope[static_cast<std::size_t>(owner->scope)] = live.values;
  owner->series.live_blocks = std::move(blocks);
}

}  // namespace memprof
