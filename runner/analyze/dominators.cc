// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "runner/analyze/heap_graph.h"

namespace memprof {
namespace {

/// So many nodes before they are needed their links are fetched from memory.
constexpr std::uint32_t kAhead = 8;

/// The nodes that the root reaches, numbered as a search in depth meets them. A parent has a
/// smaller number than its children.
struct SearchTree {
  std::vector<std::uint32_t> number;  ///< of each node, kNoNode when it was not reached
  std::vector<std::uint32_t> node;    ///< by number
  std::vector<std::uint32_t> parent;  ///< number by number; the root is its own
};

SearchTree SearchInDepth(const HeapGraph& graph, std::uint32_t root) {
  struct Step {
    std::uint32_t number;
    std::span<const std::uint32_t> rest;
  };
  SearchTree tree;
  tree.number.assign(graph.size(), kNoNode);
  tree.node.reserve(graph.size());
  tree.parent.reserve(graph.size());
  std::vector<Step> path;
  const auto enter = [&](std::uint32_t node, std::uint32_t parent) {
    const auto number = static_cast<std::uint32_t>(tree.node.size());
    tree.number[node] = number;
    tree.node.push_back(node);
    tree.parent.push_back(parent);
    path.push_back({number, graph.From(node)});
    // They lie anywhere, so that waiting for one after another would be most of the time.
    for (const std::uint32_t successor : graph.From(node)) {
      __builtin_prefetch(&tree.number[successor]);
    }
  };
  enter(root, 0);
  while (!path.empty()) {
    Step& step = path.back();
    if (step.rest.empty()) {
      path.pop_back();
      continue;
    }
    const std::uint32_t successor = step.rest.front();
    step.rest = step.rest.subspan(1);
    if (tree.number[successor] == kNoNode) enter(successor, step.number);
  }
  return tree;
}

/// The forest of the nodes that were looked at already, which grows towards smaller numbers. Each
/// question shortens the paths that it went, so that they stay short.
class Forest {
 public:
  explicit Forest(const std::vector<std::uint32_t>& parent) {
    links_.reserve(parent.size());
    for (std::uint32_t number = 0; number < parent.size(); ++number) {
      links_.push_back({parent[number], number});
    }
  }

  /// LeastUpwards(number) will be asked soon.
  void Fetch(std::uint32_t number) const { __builtin_prefetch(&links_[number]); }

  /// Adds `number`, the greatest that was not there.
  void Add(std::uint32_t number, std::uint32_t semidominator) {
    links_[number].least = semidominator;
    added_from_ = number;
  }

  /// The least semidominator on the way from `number` up to its tree's root, the root included; for
  /// one that was not added, itself.
  std::uint32_t LeastUpwards(std::uint32_t number) {
    while (links_[number].up >= added_from_) {
      path_.push_back(number);
      number = links_[number].up;
    }
    while (!path_.empty()) {
      const Link& above = links_[number];
      Link& link = links_[path_.back()];
      link.up = above.up;
      link.least = std::min(link.least, above.least);
      number = path_.back();
      path_.pop_back();
    }
    return links_[number].least;
  }

 private:
  struct Link {
    std::uint32_t up;
    std::uint32_t least;  ///< over itself and all between it and `up`
  };
  std::vector<Link> links_;
  std::uint32_t added_from_ = kNoNode;
  std::vector<std::uint32_t> path_;
};

}  // namespace

std::vector<std::uint32_t> ImmediateDominators(const HeapGraph& graph, std::uint32_t root) {
  SearchTree tree = SearchInDepth(graph, root);
  const auto count = static_cast<std::uint32_t>(tree.node.size());
  std::vector<std::uint32_t> semidominator(count);
  {
    const HeapGraph predecessors = HeapGraph::Build(count, [&](auto visit) {
      for (std::uint32_t from = 0; from < count; ++from) {
        for (const std::uint32_t to : graph.From(tree.node[from])) visit(tree.number[to], from);
      }
    });
    Forest forest(tree.parent);
    for (std::uint32_t number = count; --number > 0;) {
      std::uint32_t least = number;
      if (number > kAhead) {
        for (const std::uint32_t soon : predecessors.From(number - kAhead)) forest.Fetch(soon);
      }
      for (const std::uint32_t predecessor : predecessors.From(number)) {
        least = std::min(least, forest.LeastUpwards(predecessor));
      }
      semidominator[number] = least;
      forest.Add(number, least);
    }
  }
  // The dominator is the nearest common ancestor of parent and semidominator in the dominator tree
  // as far as it is known: that of all smaller numbers.
  std::vector<std::uint32_t>& dominator = tree.parent;
  for (std::uint32_t number = 1; number < count; ++number) {
    std::uint32_t above = dominator[number];
    while (above > semidominator[number]) above = dominator[above];
    dominator[number] = above;
  }
  std::vector<std::uint32_t> result = std::move(tree.number);
  for (std::uint32_t& number : result) {
    if (number == kNoNode) continue;
    number = number == 0 ? kNoNode : tree.node[dominator[number]];
  }
  return result;
}

std::vector<std::uint64_t> RetainedWeights(std::span<const std::uint32_t> dominators,
                                           std::uint32_t root,
                                           std::span<const std::uint64_t> weights) {
  std::vector<std::uint64_t> retained(dominators.size());
  std::vector<std::uint32_t> open(dominators.size());  // children that are not yet summed up
  for (std::uint32_t node = 0; node < dominators.size(); ++node) {
    if (dominators[node] == kNoNode && node != root) continue;
    retained[node] = weights[node];
    if (node != root) ++open[dominators[node]];
  }
  // From each leaf upwards, as far as it was the last child.
  for (std::uint32_t leaf = 0; leaf < dominators.size(); ++leaf) {
    if (dominators[leaf] == kNoNode || open[leaf] != 0) continue;
    for (std::uint32_t node = leaf; node != root;) {
      const std::uint32_t above = dominators[node];
      // Marks the node as passed on: it must not pass for a leaf when its own turn comes.
      open[node] = kNoNode;
      retained[above] += retained[node];
      if (--open[above] != 0) break;
      node = above;
    }
  }
  return retained;
}

}  // namespace memprof
