// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/retention.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <unordered_map>
#include <utility>

#include "runner/analyze/heap_view.h"
#include "runner/analyze/member_path.h"
#include "runner/analyze/ownership_cycle.h"
#include "runner/analyze/site_blocks.h"
#include "runner/analyze/site_paths.h"

namespace memprof {
namespace {

using Series = std::vector<std::int64_t>;

std::vector<TracedSite*> SitesOf(std::vector<TracedOwner>& owners) {
  std::vector<TracedSite*> sites;
  for (TracedOwner& owner : owners) {
    for (TracedSite& site : owner.sites) sites.push_back(&site);
  }
  return sites;
}

/// Goes through the snapshots, and keeps of all but the last only what the series need.
class RetentionFinder {
 public:
  RetentionFinder(const RecordedTrace& trace, std::span<const HeapSnapshot> snapshots,
                  ProgramTypes& types, std::vector<TracedSite*> sites)
      : trace_(trace),
        snapshots_(snapshots),
        types_(types),
        members_(types),
        sites_(std::move(sites)),
        blocks_(sites_, trace.origins.size()),
        bytes_at_(sites_.size()) {}

  void Find() {
    for (std::size_t at = 0; at < snapshots_.size(); ++at) {
      types_.UseEpoch(snapshots_[at].module_epoch);
      HeapView view(snapshots_[at], trace_, types_, members_);
      const std::vector<std::vector<std::uint32_t>> blocks = blocks_.In(view.snapshot());
      AddToSeries(view, at, blocks);
      if (at + 1 == snapshots_.size()) Tell(view, blocks);
    }
    for (TracedSite* site : sites_) AddRetained(site->retention);
  }

 private:
  void AddToSeries(HeapView& view, std::size_t at,
                   const std::vector<std::vector<std::uint32_t>>& blocks) {
    PathTexts texts(view);
    for (std::size_t site = 0; site < sites_.size(); ++site) {
      for (const SitePath& path : PathsOfSite(view, blocks[site])) {
        Series& series = bytes_at_[site][texts.KeyOf(path.node)];
        series.resize(snapshots_.size());
        series[at] += path.bytes;
      }
    }
    const std::vector<std::uint64_t> retained = view.RetainedBytes();
    for (std::uint32_t holder = 0; holder < retained.size(); ++holder) {
      if (retained[holder] == 0) continue;
      Series& series = retained_[HolderKey(view.holders()[holder])];
      series.resize(snapshots_.size());
      series[at] += static_cast<std::int64_t>(retained[holder]);
    }
  }

  void Tell(HeapView& view, const std::vector<std::vector<std::uint32_t>>& blocks) {
    const LostCycles cycles = FindLostCycles(view, members_, types_);
    const std::vector<bool> indirect = Indirect(view);
    PathTexts texts(view);
    for (std::size_t site = 0; site < sites_.size(); ++site) {
      SiteRetention& retention = sites_[site]->retention;
      retention = SiteRetention{};
      retention.not_measured.clear();
      retention.why_partial = view.snapshot().why_partial;
      for (const HeapSnapshot& snapshot : snapshots_) {
        retention.iterations.push_back(static_cast<int>(snapshot.iteration));
      }
      if (blocks[site].empty()) {
        retention.not_measured = "the last heap snapshot has none of its blocks";
        continue;
      }
      Count(view, blocks[site], indirect, cycles.is_circular, retention);
      TellPaths(view, texts, site, blocks[site], retention);
      TellCycle(view, cycles, blocks[site], retention);
    }
  }

  /// The lost blocks that another lost block refers to.
  static std::vector<bool> Indirect(const HeapView& view) {
    std::vector<bool> indirect(view.snapshot().blocks.size());
    for (const record::HeapEdge& edge : view.snapshot().edges) {
      if (edge.from != edge.to && view.IsLost(edge.from)) indirect[edge.to] = true;
    }
    return indirect;
  }

  static void Count(const HeapView& view, const std::vector<std::uint32_t>& blocks,
                    const std::vector<bool>& indirect, const std::vector<bool>& is_circular,
                    SiteRetention& retention) {
    for (const std::uint32_t block : blocks) {
      const auto bytes = static_cast<std::int64_t>(view.snapshot().blocks[block].bytes);
      ++retention.blocks;
      retention.bytes += bytes;
      const HeldFrom held = view.paths().PhaseOf(block);
      if (held == HeldFrom::kStack || held == HeldFrom::kRegister) ++retention.stack_only_blocks;
      if (!view.IsLost(block)) continue;
      ++retention.lost_blocks;
      retention.lost_bytes += bytes;
      if (indirect[block]) ++retention.indirect_blocks;
      if (is_circular.empty() || !is_circular[block]) ++retention.outside_circles;
    }
  }

  void TellPaths(HeapView& view, PathTexts& texts, std::size_t site,
                 const std::vector<std::uint32_t>& blocks, SiteRetention& retention) {
    const std::vector<SitePath> paths = PathsOfSite(view, blocks);
    const std::size_t told = std::min(paths.size(), kPathsTold);
    for (std::size_t i = 0; i < told; ++i) {
      retention.paths.push_back(texts.Tell(paths[i], blocks));
      retention.paths.back().bytes_at = bytes_at_[site][texts.KeyOf(paths[i].node)];
    }
    retention.other_paths = static_cast<std::int64_t>(paths.size() - told);
  }

  static void TellCycle(const HeapView& view, const LostCycles& cycles,
                        const std::vector<std::uint32_t>& blocks, SiteRetention& retention) {
    if (cycles.cycles.empty()) return;
    std::map<std::uint32_t, std::uint64_t> bytes;
    for (const std::uint32_t block : blocks) {
      const std::uint32_t cycle = cycles.of_block[block];
      if (cycle != kNoNode) bytes[cycle] += view.snapshot().blocks[block].bytes;
    }
    if (bytes.empty()) return;
    const auto most =
        std::max_element(bytes.begin(), bytes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    retention.cycle = cycles.cycles[most->first];
  }

  void AddRetained(SiteRetention& retention) const {
    for (RetentionPath& path : retention.paths) {
      const auto series = retained_.find(HolderKey(path.holder));
      path.holder.retained_bytes =
          series == retained_.end() ? Series(snapshots_.size()) : series->second;
    }
  }

  const RecordedTrace& trace_;
  std::span<const HeapSnapshot> snapshots_;
  ProgramTypes& types_;
  MemberPaths members_;
  std::vector<TracedSite*> sites_;
  SiteBlocks blocks_;
  std::vector<std::unordered_map<std::string, Series>> bytes_at_;  ///< by site and path
  std::unordered_map<std::string, Series> retained_;               ///< by holder
};

}  // namespace

void FindRetention(const RecordedTrace& trace, std::span<const HeapSnapshot> snapshots,
                   const std::string& why_not, ProgramTypes& types,
                   std::vector<TracedOwner>* owners) {
  std::vector<TracedSite*> sites = SitesOf(*owners);
  if (!snapshots.empty()) {
    RetentionFinder(trace, snapshots, types, std::move(sites)).Find();
    return;
  }
  for (TracedSite* site : sites) {
    site->retention = SiteRetention{};
    if (!why_not.empty()) site->retention.not_measured = why_not;
  }
}

}  // namespace memprof
