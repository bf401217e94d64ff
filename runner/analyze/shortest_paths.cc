// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/shortest_paths.h"

#include <algorithm>
#include <cstddef>

namespace memprof {

ShortestPaths::ShortestPaths(const HeapSnapshot& snapshot)
    : snapshot_(snapshot),
      first_edge_(snapshot.blocks.size() + 1),
      index_(snapshot.blocks.size()),
      phase_(snapshot.blocks.size(), HeldFrom::kNothing),
      via_(snapshot.blocks.size(), Via::kNone) {
  for (const record::HeapEdge& edge : snapshot.edges) ++first_edge_[edge.from + std::size_t{1}];
  for (std::size_t i = 1; i < first_edge_.size(); ++i) first_edge_[i] += first_edge_[i - 1];
}

void ShortestPaths::Reach(std::uint32_t block, HeldFrom phase, Via via, std::uint32_t index) {
  if (phase_[block] != HeldFrom::kNothing) return;
  phase_[block] = phase;
  via_[block] = via;
  index_[block] = index;
  queue_.push_back(block);
}

void ShortestPaths::FollowWeakEdges(std::uint32_t block) {
  const auto& edges = snapshot_.weak_edges;
  const auto first = std::lower_bound(
      edges.begin(), edges.end(), block,
      [](const record::HeapEdge& edge, std::uint32_t wanted) { return edge.from < wanted; });
  for (auto edge = first; edge != edges.end() && edge->from == block; ++edge) {
    Reach(edge->to, HeldFrom::kWeakWord, Via::kWeakEdge,
          static_cast<std::uint32_t>(edge - edges.begin()));
  }
}

void ShortestPaths::Drain(HeldFrom phase) {
  for (std::size_t at = 0; at < queue_.size(); ++at) {
    const std::uint32_t block = queue_[at];
    for (std::uint32_t edge = first_edge_[block]; edge < first_edge_[block + 1]; ++edge) {
      Reach(snapshot_.edges[edge].to, phase, Via::kEdge, edge);
    }
    if (phase == HeldFrom::kWeakWord) FollowWeakEdges(block);
  }
  queue_.clear();
}

void ShortestPaths::Search(HeldFrom phase, const std::vector<std::uint32_t>& roots) {
  for (const std::uint32_t root : roots) {
    Reach(snapshot_.roots[root].block, phase, Via::kRoot, root);
  }
  Drain(phase);
}

void ShortestPaths::SearchWeak() {
  for (std::uint32_t root = 0; root < snapshot_.roots.size(); ++root) {
    if (snapshot_.roots[root].weak == 0) continue;
    Reach(snapshot_.roots[root].block, HeldFrom::kWeakWord, Via::kRoot, root);
  }
  for (std::uint32_t edge = 0; edge < snapshot_.weak_edges.size(); ++edge) {
    // What a weak word reached so far follows its own edges when its turn comes.
    const HeldFrom from = phase_[snapshot_.weak_edges[edge].from];
    if (from == HeldFrom::kNothing || from == HeldFrom::kWeakWord) continue;
    Reach(snapshot_.weak_edges[edge].to, HeldFrom::kWeakWord, Via::kWeakEdge, edge);
  }
  Drain(HeldFrom::kWeakWord);
}

std::uint32_t ShortestPaths::ParentOf(std::uint32_t block) const {
  const Via via = via_[block];
  return via == Via::kEdge || via == Via::kWeakEdge ? EdgeTo(block).from : kNoNode;
}

const record::HeapEdge& ShortestPaths::EdgeTo(std::uint32_t block) const {
  return via_[block] == Via::kEdge ? snapshot_.edges[index_[block]]
                                   : snapshot_.weak_edges[index_[block]];
}

}  // namespace memprof
