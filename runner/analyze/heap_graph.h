// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_HEAP_GRAPH_H_
#define MEMPROF_RUNNER_ANALYZE_HEAP_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace memprof {

/// A directed graph in compressed sparse rows: nodes 0, 1, 2 …, and for each its successors in one
/// array. Built once, then read; 4 bytes an edge and 4 a node.
class HeapGraph {
 public:
  struct Edge {
    std::uint32_t from;
    std::uint32_t to;
  };

  /// Edges in any order; equal ones are kept, each. All ends must be below `nodes`, and there must
  /// be fewer than 2^32 edges.
  HeapGraph(std::size_t nodes, std::span<const Edge> edges);

  /// The same from edges that stand in no such array, so that none has to be made:
  /// `for_each(visit)` must call `visit(from, to)` for every edge. It is called twice, and must
  /// tell the same edges in the same order.
  template <class ForEachEdge>
  static HeapGraph Build(std::size_t nodes, const ForEachEdge& for_each);

  std::size_t size() const { return first_.size() - 1; }
  std::size_t edges() const { return successors_.size(); }

  /// In the order that the edges had.
  std::span<const std::uint32_t> From(std::uint32_t node) const {
    return {successors_.data() + first_[node], successors_.data() + first_[node + 1]};
  }
  /// The position in the edges of the first successor of `node`, when they were given by `from`.
  std::size_t FirstOf(std::uint32_t node) const { return first_[node]; }

  /// The same graph with all edges turned around.
  HeapGraph Reversed() const;

 private:
  HeapGraph() = default;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> successors_;
};

inline constexpr std::uint32_t kNoNode = UINT32_MAX;

/// Strongly connected components (Tarjan 1972, in Pearce's form of 2016, which keeps one number a
/// node and no recursion), numbered so that an edge between
/// two components goes from the higher number to the lower: a component comes after all that it
/// reaches.
struct Components {
  std::vector<std::uint32_t> of_node;
  std::uint32_t count = 0;
};
Components StrongComponents(const HeapGraph& graph);

/// The nodes that `start` reaches, itself among them.
std::vector<bool> ReachableFrom(const HeapGraph& graph, std::span<const std::uint32_t> start);

/// The immediate dominator of each node that `root` reaches: the last node that every path to it
/// from `root` goes through. kNoNode for `root` and for what it does not reach. Semi-NCA
/// (Georgiadis 2005), which is about linear on such graphs.
std::vector<std::uint32_t> ImmediateDominators(const HeapGraph& graph, std::uint32_t root);

/// For each node the sum of `weights` over itself and all nodes that it dominates: what would be
/// freed with it. 0 for what the root does not reach.
std::vector<std::uint64_t> RetainedWeights(std::span<const std::uint32_t> dominators,
                                           std::uint32_t root,
                                           std::span<const std::uint64_t> weights);

template <class ForEachEdge>
HeapGraph HeapGraph::Build(std::size_t nodes, const ForEachEdge& for_each) {
  // A counting sort in place. While the successors are put down, first_[n + 1] is where the next
  // one of n goes; at the end that is where those of n + 1 begin.
  HeapGraph graph;
  std::vector<std::uint32_t>& first = graph.first_;
  first.resize(nodes + 2);
  for_each([&first](std::uint32_t from, std::uint32_t) { ++first[from + std::size_t{2}]; });
  for (std::size_t node = 2; node < first.size(); ++node) first[node] += first[node - 1];
  graph.successors_.resize(first.back());
  for_each([&graph](std::uint32_t from, std::uint32_t to) {
    graph.successors_[graph.first_[from + std::size_t{1}]++] = to;
  });
  first.pop_back();
  return graph;
}

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_HEAP_GRAPH_H_
