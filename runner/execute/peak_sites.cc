// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/execute/peak_sites.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace memprof {
namespace {

constexpr std::size_t kMostPeakStacks = 100;

}  // namespace

std::vector<PeakSite> PeakSites(const RecordedTrace& trace, const RecordedPeak& peak,
                                NamedStacks* names) {
  std::map<std::uint32_t, PeakSite> of_stack;
  for (const RecordedAmount& amount : peak.amounts) {
    PeakSite& site = of_stack[trace.origins[amount.origin].stack];
    site.blocks += amount.blocks;
    site.bytes += amount.bytes;
  }
  of_stack.erase(record::kNoStack);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> largest;
  for (const auto& [stack, site] : of_stack) largest.emplace_back(site.bytes, stack);
  std::sort(largest.rbegin(), largest.rend());
  if (largest.size() > kMostPeakStacks) largest.resize(kMostPeakStacks);
  std::vector<PeakSite> sites;
  for (const auto& [bytes, stack] : largest) {
    PeakSite site = of_stack[stack];
    site.stack = names->Of(stack);
    sites.push_back(std::move(site));
  }
  return sites;
}

}  // namespace memprof
