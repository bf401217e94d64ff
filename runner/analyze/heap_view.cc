// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/heap_view.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "runner/analyze/heap_graph.h"

namespace memprof {

HeapView::HeapView(const HeapSnapshot& snapshot, const RecordedTrace& trace, ProgramTypes& types,
                   MemberPaths& members)
    : snapshot_(snapshot),
      holders_(snapshot, trace, types, members),
      block_types_(snapshot, trace, types),
      paths_(snapshot),
      tree_(snapshot, paths_, holders_, block_types_, members, types) {
  SearchFromRoots();
}

HeldFrom HeapView::PhaseOf(std::uint32_t root) {
  switch (snapshot_.roots[root].kind) {
    case record::kRootMapping:
      return HeldFrom::kMapping;
    case record::kRootStack:
      return HeldFrom::kStack;
    case record::kRootRegister:
      return HeldFrom::kRegister;
    default:
      break;
  }
  const Holder& holder = holders_[holders_.Of(root)];
  const bool is_users = !holder.is_foreign && !holder.symbol.empty() && !holder.module.empty();
  return is_users ? HeldFrom::kUserVariable : HeldFrom::kOtherData;
}

void HeapView::SearchFromRoots() {
  constexpr std::array kPhases = {HeldFrom::kUserVariable, HeldFrom::kOtherData, HeldFrom::kMapping,
                                  HeldFrom::kStack, HeldFrom::kRegister};
  std::array<std::vector<std::uint32_t>, kPhases.size()> roots;
  for (std::uint32_t root = 0; root < snapshot_.roots.size(); ++root) {
    if (snapshot_.roots[root].weak != 0) continue;
    roots[static_cast<std::size_t>(PhaseOf(root)) - 1].push_back(root);
  }
  for (std::size_t i = 0; i < kPhases.size(); ++i) {
    if (kPhases[i] == HeldFrom::kStack) SearchFromLocals(&roots[i]);
    paths_.Search(kPhases[i], roots[i]);
  }
  paths_.SearchWeak();
}

void HeapView::SearchFromLocals(std::vector<std::uint32_t>* roots) {
  const auto others = std::stable_partition(roots->begin(), roots->end(), [&](std::uint32_t root) {
    if (paths_.IsReached(snapshot_.roots[root].block)) return false;
    const Holder& holder = holders_[holders_.Of(root)];
    return !holder.is_foreign && !holder.symbol.empty();
  });
  paths_.Search(HeldFrom::kStack, {roots->begin(), others});
  roots->erase(roots->begin(), others);
}

std::vector<std::uint64_t> HeapView::RetainedBytes() {
  const auto blocks = static_cast<std::uint32_t>(snapshot_.blocks.size());
  std::vector<std::uint32_t> holder_of(snapshot_.roots.size(), kNoNode);
  for (std::uint32_t root = 0; root < snapshot_.roots.size(); ++root) {
    const record::RootWord& word = snapshot_.roots[root];
    const bool may_be_stale = word.kind == record::kRootStack || word.kind == record::kRootRegister;
    const bool counts = !may_be_stale || paths_.PhaseOf(word.block) >= HeldFrom::kStack;
    if (word.weak == 0 && counts) holder_of[root] = holders_.Of(root);
  }
  const std::uint32_t holders = holders_.size();
  const std::uint32_t outside = blocks + holders;
  const HeapGraph graph = HeapGraph::Build(std::size_t{outside} + 1, [&](auto visit) {
    for (const record::HeapEdge& edge : snapshot_.edges) visit(edge.from, edge.to);
    for (std::uint32_t root = 0; root < holder_of.size(); ++root) {
      if (holder_of[root] == kNoNode) continue;
      visit(blocks + holder_of[root], snapshot_.roots[root].block);
    }
    for (std::uint32_t holder = 0; holder < holders; ++holder) visit(outside, blocks + holder);
  });
  std::vector<std::uint64_t> weights(graph.size());
  for (std::uint32_t block = 0; block < blocks; ++block) {
    weights[block] = snapshot_.blocks[block].bytes;
  }
  const std::vector<std::uint32_t> dominators = ImmediateDominators(graph, outside);
  std::vector<std::uint64_t> retained = RetainedWeights(dominators, outside, weights);
  return {retained.begin() + blocks, retained.begin() + outside};
}

}  // namespace memprof
