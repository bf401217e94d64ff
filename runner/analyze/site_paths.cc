// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/site_paths.h"

#include <algorithm>

namespace memprof {
namespace {

std::string WeakText(std::uint32_t bits) {
  const std::string tagged = "a pointer with tag bits in its upper 16 bits";
  const std::string past_end = "a pointer to just behind the block's end";
  if ((bits & record::kWeakHighTag) == 0) return bits == 0 ? std::string() : past_end;
  return (bits & record::kWeakPastEnd) == 0 ? tagged : tagged + ", and " + past_end;
}

}  // namespace

std::vector<SitePath> PathsOfSite(HeapView& view, std::span<const std::uint32_t> blocks) {
  std::unordered_map<std::uint32_t, std::size_t> places;
  std::vector<SitePath> paths;
  for (const std::uint32_t block : blocks) {
    const std::uint32_t node = view.tree().NodeOf(block);
    if (node == kNoNode) continue;
    const auto [entry, is_new] = places.try_emplace(node, paths.size());
    if (is_new) paths.push_back({node, 0, 0});
    SitePath& path = paths[entry->second];
    ++path.blocks;
    path.bytes += static_cast<std::int64_t>(view.snapshot().blocks[block].bytes);
  }
  // Stable: of equals the one whose first block has the lowest address.
  std::stable_sort(paths.begin(), paths.end(),
                   [](const SitePath& a, const SitePath& b) { return a.bytes > b.bytes; });
  return paths;
}

const std::string& PathTexts::KeyOf(std::uint32_t node) {
  const auto [entry, is_new] = keys_.try_emplace(node);
  if (!is_new) return entry->second;
  RetentionTree& tree = view_.tree();
  std::string key = HolderKey(view_.holders()[tree.HolderOf(node)]);
  key += '\n' + std::to_string(tree.WeakBitsOf(node));
  const std::vector<std::uint32_t> nodes = tree.PathTo(node);
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const PathStep step = tree.StepOf(nodes[i]);
    key += '\n' + step.through + '\t' + step.type + '\t' + step.made_at;
  }
  return entry->second = std::move(key);
}

RetentionPath PathTexts::Tell(const SitePath& path, std::span<const std::uint32_t> blocks) {
  RetentionTree& tree = view_.tree();
  RetentionPath told;
  told.holder = view_.holders()[tree.HolderOf(path.node)];
  told.blocks = path.blocks;
  told.bytes = path.bytes;
  const std::uint32_t weak = tree.WeakBitsOf(path.node);
  told.is_weak = weak != 0;
  told.weak_how = WeakText(weak);
  told.is_past_end = weak == record::kWeakPastEnd;
  const std::vector<std::uint32_t> nodes = tree.PathTo(path.node);
  std::unordered_map<std::uint32_t, std::size_t> step_of;
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    step_of[nodes[i]] = told.steps.size();
    told.steps.push_back(tree.StepOf(nodes[i]));
  }
  ++paths_told_;
  for (const std::uint32_t block : blocks) {
    if (tree.NodeOf(block) != path.node) continue;
    // Upwards until somebody was there already: linear in all blocks on the way.
    for (std::uint32_t at = block; at != kNoNode && counted_for_[at] != paths_told_;
         at = view_.paths().ParentOf(at)) {
      counted_for_[at] = paths_told_;
      // What a fold left out is on no step.
      const auto step = step_of.find(tree.NodeOf(at));
      if (step == step_of.end()) continue;
      ++told.steps[step->second].blocks;
      told.steps[step->second].bytes +=
          static_cast<std::int64_t>(view_.snapshot().blocks[at].bytes);
    }
  }
  return told;
}

}  // namespace memprof
