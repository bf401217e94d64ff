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

}  // namespace

void UnmaskGrowth(const GrowthRule& rule, TracedOwner* owner) {
  QuantitySeries& live = owner->series.quantities[static_cast<std::size_t>(Quantity::kBytes)];
  if (!live.measured || ClassifyGrowth(live.values, rule).growing) return;
  std::vector<std::int64_t> bytes;
  std::vector<std::int64_t> blocks;
  for (const TracedSite& site : owner->sites) {
    if (!ClassifyGrowth(site.bytes, rule).growing) continue;
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
