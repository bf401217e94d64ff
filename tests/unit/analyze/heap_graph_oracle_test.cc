// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/strong_components.hpp>
#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "runner/analyze/heap_graph.h"

// Thousands of random graphs, where Boost.Graph says what is right. Sparse ones have parts that
// nothing reaches, dense ones few components; all have self loops and equal edges.

namespace memprof {
namespace {

using Edges = std::vector<HeapGraph::Edge>;
using Numbers = std::vector<std::uint32_t>;
using Oracle = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;

struct Sample {
  std::uint32_t nodes = 0;
  Edges edges;

  HeapGraph Ours() const { return HeapGraph(nodes, edges); }
  Oracle Theirs() const {
    Oracle graph(nodes);
    for (const HeapGraph::Edge& edge : edges) boost::add_edge(edge.from, edge.to, graph);
    return graph;
  }
};

/// Graphs of 1 to `most` nodes and up to four edges a node, half of them mostly forwards or
/// backwards by few nodes, as lists and trees are.
class Samples {
 public:
  explicit Samples(std::uint32_t most) : most_(most) {}

  Sample Next() {
    Sample sample;
    sample.nodes = 1 + Below(most_);
    const std::uint32_t edges = Below(4 * sample.nodes + 1);
    const bool is_near = Below(2) == 0;
    for (std::uint32_t i = 0; i < edges; ++i) {
      const std::uint32_t from = Below(sample.nodes);
      const std::uint32_t to =
          is_near && Below(10) != 0
              ? std::min(from + Below(7) - std::min(from, 3u), sample.nodes - 1)
              : Below(sample.nodes);
      sample.edges.push_back({from, to});
      if (Below(16) == 0) sample.edges.push_back({from, to});
      if (Below(32) == 0) sample.edges.push_back({from, from});
    }
    return sample;
  }

 private:
  std::uint32_t Below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

  std::mt19937 engine_{20240229};
  std::uint32_t most_;
};

constexpr int kGraphs = 4000;

TEST(HeapGraphOracle, StrongComponentsAreBoostsInAnOrderThatFollowsTheEdges) {
  Samples samples(60);
  for (int i = 0; i < kGraphs; ++i) {
    const Sample sample = samples.Next();
    const Components ours = StrongComponents(sample.Ours());
    std::vector<std::size_t> theirs(sample.nodes);
    const Oracle graph = sample.Theirs();
    const auto index = boost::get(boost::vertex_index, graph);
    const std::size_t count =
        boost::strong_components(graph, boost::make_iterator_property_map(theirs.begin(), index));
    ASSERT_EQ(ours.count, count) << i;
    std::map<std::size_t, std::uint32_t> ours_of_theirs;
    for (std::uint32_t node = 0; node < sample.nodes; ++node) {
      ASSERT_LT(ours.of_node[node], ours.count);
      const auto [at, is_new] = ours_of_theirs.emplace(theirs[node], ours.of_node[node]);
      ASSERT_EQ(at->second, ours.of_node[node]) << "graph " << i << " node " << node;
    }
    for (const HeapGraph::Edge& edge : sample.edges) {
      ASSERT_GE(ours.of_node[edge.from], ours.of_node[edge.to]) << i;
    }
  }
}

/// By Boost's algorithm of Lengauer and Tarjan. It takes a predecessor that the root does not reach
/// for the root itself (seen with 1.74), so it gets the edges that the root reaches, which are all
/// that matter.
Numbers DominatorsByBoost(const Sample& sample, std::uint32_t root) {
  const std::vector<bool> reached = ReachableFrom(sample.Ours(), {&root, 1});
  Sample reachable = sample;
  std::erase_if(reachable.edges, [&](const HeapGraph::Edge& edge) { return !reached[edge.from]; });
  const Oracle graph = reachable.Theirs();
  const std::size_t none = boost::graph_traits<Oracle>::null_vertex();
  std::vector<std::size_t> dominators(sample.nodes, none);
  boost::lengauer_tarjan_dominator_tree(
      graph, root,
      boost::make_iterator_property_map(dominators.begin(),
                                        boost::get(boost::vertex_index, graph)));
  Numbers numbers;
  for (const std::size_t dominator : dominators) {
    numbers.push_back(dominator == none ? kNoNode : static_cast<std::uint32_t>(dominator));
  }
  return numbers;
}

TEST(HeapGraphOracle, DominatorsAreBoosts) {
  Samples samples(60);
  for (int i = 0; i < kGraphs; ++i) {
    const Sample sample = samples.Next();
    for (const std::uint32_t root : {0u, sample.nodes / 2}) {
      ASSERT_EQ(ImmediateDominators(sample.Ours(), root), DominatorsByBoost(sample, root))
          << "graph " << i << " root " << root;
    }
  }
}

TEST(HeapGraphOracle, DominatorsOfLargeGraphsAreBoosts) {
  Samples samples(20000);
  for (int i = 0; i < 5; ++i) {
    const Sample sample = samples.Next();
    ASSERT_EQ(ImmediateDominators(sample.Ours(), 0), DominatorsByBoost(sample, 0)) << i;
  }
}

/// What is left without a node is what it does not retain: the definition itself as the oracle.
TEST(HeapGraphOracle, RetainedWeightsAreWhatNothingReachesWithoutTheNode) {
  Samples samples(30);
  for (int i = 0; i < 1000; ++i) {
    const Sample sample = samples.Next();
    std::vector<std::uint64_t> weights;
    for (std::uint32_t node = 0; node < sample.nodes; ++node) weights.push_back(node * node + 1);
    const std::uint32_t root = sample.nodes / 2;
    const auto sum = [&](const std::vector<bool>& nodes) {
      std::uint64_t total = 0;
      for (std::uint32_t node = 0; node < nodes.size(); ++node) {
        if (nodes[node]) total += weights[node];
      }
      return total;
    };
    const HeapGraph whole = sample.Ours();
    const std::vector<bool> reached = ReachableFrom(whole, {&root, 1});
    const auto retained = RetainedWeights(ImmediateDominators(whole, root), root, weights);
    for (std::uint32_t node = 0; node < sample.nodes; ++node) {
      Edges others;
      for (const HeapGraph::Edge& edge : sample.edges) {
        if (edge.from != node && edge.to != node) others.push_back(edge);
      }
      const HeapGraph without(sample.nodes, others);
      std::uint64_t wanted = 0;
      if (reached[node]) {
        const auto left = node == root ? 0 : sum(ReachableFrom(without, {&root, 1}));
        wanted = sum(reached) - left;
      }
      ASSERT_EQ(retained[node], wanted) << "graph " << i << " node " << node;
    }
  }
}

}  // namespace
}  // namespace memprof
