// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/site_blocks.h"

namespace memprof {

SiteBlocks::SiteBlocks(std::span<TracedSite* const> sites, std::size_t origins)
    : site_count_(sites.size()), first_(origins + 1) {
  // A counting sort in place: while sites are put down, first_[n] is where the next one of n goes.
  for (const TracedSite* site : sites) {
    for (const std::uint32_t origin : site->origins) ++first_[origin];
  }
  std::uint32_t end = 0;
  for (std::uint32_t& first : first_) first = (end += first);
  sites_.resize(end);
  for (std::size_t i = sites.size(); i-- > 0;) {
    for (const std::uint32_t origin : sites[i]->origins) {
      sites_[--first_[origin]] = static_cast<std::uint32_t>(i);
    }
  }
}

std::vector<std::vector<std::uint32_t>> SiteBlocks::In(const HeapSnapshot& snapshot) const {
  std::vector<std::vector<std::uint32_t>> blocks(site_count_);
  for (std::uint32_t block = 0; block < snapshot.blocks.size(); ++block) {
    for (const std::uint32_t site : SitesOf(snapshot.blocks[block])) blocks[site].push_back(block);
  }
  return blocks;
}

}  // namespace memprof
