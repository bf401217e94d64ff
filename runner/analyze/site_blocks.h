// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_SITE_BLOCKS_H_
#define MEMPROF_RUNNER_ANALYZE_SITE_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "runner/analyze/traced_owner.h"
#include "runner/parse/heap_snapshot.h"

namespace memprof {

/// Which sites the blocks of snapshots belong to, by their origins.
class SiteBlocks {
 public:
  /// The sites of all owners, in their order; `sites` must outlive the object.
  SiteBlocks(std::span<TracedSite* const> sites, std::size_t origins);

  /// The numbers of the sites that made the block; mostly one, or none.
  std::span<const std::uint32_t> SitesOf(const record::HeapBlock& block) const {
    if (block.origin >= first_.size() - 1) return {};
    return {sites_.data() + first_[block.origin], sites_.data() + first_[block.origin + 1]};
  }

  /// By site its blocks, ascending.
  std::vector<std::vector<std::uint32_t>> In(const HeapSnapshot& snapshot) const;

 private:
  std::size_t site_count_;
  std::vector<std::uint32_t> first_;  ///< by origin: where its sites begin in sites_
  std::vector<std::uint32_t> sites_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_SITE_BLOCKS_H_
