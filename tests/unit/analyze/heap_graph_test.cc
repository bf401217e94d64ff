// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/heap_graph.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace memprof {
namespace {

using Edges = std::vector<HeapGraph::Edge>;
using Numbers = std::vector<std::uint32_t>;
using Weights = std::vector<std::uint64_t>;

Numbers From(const HeapGraph& graph, std::uint32_t node) {
  const auto successors = graph.From(node);
  return {successors.begin(), successors.end()};
}

std::vector<bool> Reached(const HeapGraph& graph, const Numbers& start) {
  return ReachableFrom(graph, start);
}

TEST(HeapGraph, SuccessorsKeepTheOrderThatTheirEdgesHad) {
  const HeapGraph graph(4, Edges{{2, 3}, {0, 2}, {2, 1}, {0, 1}, {2, 3}, {3, 3}});
  EXPECT_EQ(graph.size(), 4u);
  EXPECT_EQ(graph.edges(), 6u);
  EXPECT_EQ(From(graph, 0), (Numbers{2, 1}));
  EXPECT_EQ(From(graph, 1), Numbers{});
  EXPECT_EQ(From(graph, 2), (Numbers{3, 1, 3})) << "equal edges are kept, each";
  EXPECT_EQ(From(graph, 3), (Numbers{3}));
}

TEST(HeapGraph, TheFirstSuccessorsPlaceIsTheEdgesPlace) {
  const Edges edges = {{0, 2}, {0, 1}, {2, 0}, {3, 1}};
  const HeapGraph graph(5, edges);
  for (std::uint32_t node = 0; node < 5; ++node) {
    const Numbers successors = From(graph, node);
    for (std::size_t i = 0; i < successors.size(); ++i) {
      EXPECT_EQ(edges[graph.FirstOf(node) + i].from, node);
      EXPECT_EQ(edges[graph.FirstOf(node) + i].to, successors[i]);
    }
  }
}

TEST(HeapGraph, TurnedAroundTheEdgesComeByTheNodeTheyCameFrom) {
  const HeapGraph reversed = HeapGraph(3, Edges{{2, 0}, {0, 1}, {1, 0}, {0, 1}}).Reversed();
  EXPECT_EQ(From(reversed, 0), (Numbers{1, 2}));
  EXPECT_EQ(From(reversed, 1), (Numbers{0, 0}));
  EXPECT_EQ(From(reversed, 2), Numbers{});
}

TEST(HeapGraph, WithoutNodesThereIsNothing) {
  const HeapGraph graph(0, {});
  EXPECT_EQ(graph.size(), 0u);
  EXPECT_EQ(graph.Reversed().edges(), 0u);
  EXPECT_EQ(StrongComponents(graph).count, 0u);
  EXPECT_TRUE(Reached(graph, {}).empty());
}

TEST(ReachableFrom, FollowsEdgesAndNotAgainstThem) {
  //   0 ──► 1 ──► 2 ⟲      3 ──► 1      4
  const HeapGraph graph(5, Edges{{0, 1}, {1, 2}, {2, 2}, {3, 1}});
  EXPECT_EQ(Reached(graph, {0}), (std::vector<bool>{true, true, true, false, false}));
  EXPECT_EQ(Reached(graph, {3, 4, 3}), (std::vector<bool>{false, true, true, true, true}));
  EXPECT_EQ(Reached(graph, {}), std::vector<bool>(5));
}

TEST(StrongComponents, ACircleIsOneAndComesAfterWhatItReaches) {
  //        ┌───────────┐
  //        ▼           │
  //  0 ──► 1 ──► 2 ──► 3 ──► 4 ⟲      5
  const HeapGraph graph(6, Edges{{0, 1}, {1, 2}, {2, 3}, {3, 1}, {3, 4}, {4, 4}});
  const Components components = StrongComponents(graph);
  EXPECT_EQ(components.count, 4u);
  EXPECT_EQ(components.of_node, (Numbers{2, 1, 1, 1, 0, 3}));
}

TEST(StrongComponents, TwoCirclesThatShareANodeAreOne) {
  //  1 ◄──► 0 ◄──► 2      3 ◄──► 4 ──► 0
  const HeapGraph graph(5, Edges{{0, 1}, {1, 0}, {0, 2}, {2, 0}, {3, 4}, {4, 3}, {4, 0}});
  EXPECT_EQ(StrongComponents(graph).of_node, (Numbers{0, 0, 0, 1, 1}));
}

TEST(StrongComponents, ALateReferenceBackJoinsWhatWasLeftAlready) {
  //   0 ──► 1 ──► 2        2 is left as 1's, then 3 refers back above both
  //   ▲     │▲────┘
  //   └─ 3 ◄┘
  const HeapGraph graph(4, Edges{{0, 1}, {1, 2}, {2, 1}, {1, 3}, {3, 0}});
  EXPECT_EQ(StrongComponents(graph).count, 1u);
}

TEST(ImmediateDominators, OfADiamondItIsTheForkAndNotASide) {
  //        ┌──► 1 ──┐
  //   0 ───┤        ├──► 3 ──► 4        5 ──► 3: not reached, and no way to 3 for the root
  //        └──► 2 ──┘
  const HeapGraph graph(6, Edges{{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}, {5, 3}});
  EXPECT_EQ(ImmediateDominators(graph, 0), (Numbers{kNoNode, 0, 0, 0, 3, kNoNode}));
}

TEST(ImmediateDominators, AJumpIntoALoopFromAboveMovesAllOfIt) {
  //   0 ──► 1 ──► 2 ──► 3      0 ──► 3
  //               ▲_____│
  const HeapGraph graph(4, Edges{{0, 1}, {1, 2}, {2, 3}, {3, 2}, {0, 3}});
  EXPECT_EQ(ImmediateDominators(graph, 0), (Numbers{kNoNode, 0, 0, 0}));
}

TEST(ImmediateDominators, TheSemidominatorAloneWouldBeWrong) {
  // The example that tells semidominators from dominators: 4's semidominator is 1, its dominator 0.
  //
  //   0 ──► 1 ──► 2 ──► 3 ──► 4
  //   │     └───────────────► 4
  //   └─────────► 2
  const HeapGraph graph(5, Edges{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {1, 4}, {0, 2}});
  EXPECT_EQ(ImmediateDominators(graph, 0), (Numbers{kNoNode, 0, 0, 2, 0}));
}

TEST(ImmediateDominators, FromAnotherRootOtherNodesDominate) {
  const HeapGraph graph(3, Edges{{0, 1}, {1, 2}, {2, 0}, {2, 2}});
  EXPECT_EQ(ImmediateDominators(graph, 0), (Numbers{kNoNode, 0, 1}));
  EXPECT_EQ(ImmediateDominators(graph, 2), (Numbers{2, 0, kNoNode}));
}

TEST(RetainedWeights, WhatTwoHoldBelongsToNeither) {
  //        ┌──► 1 ──┐
  //   0 ───┤        ├──► 3 ──► 4        5
  //        └──► 2 ──┘
  //             └──► 6
  const HeapGraph graph(7, Edges{{0, 1}, {0, 2}, {1, 3}, {2, 3}, {3, 4}, {5, 3}, {2, 6}});
  const Numbers dominators = ImmediateDominators(graph, 0);
  const Weights weights = {1, 10, 100, 1000, 10000, 5, 7};
  EXPECT_EQ(RetainedWeights(dominators, 0, weights), (Weights{11118, 10, 107, 11000, 10000, 0, 7}));
}

TEST(RetainedWeights, TheRootNeedNotComeFirst) {
  const Numbers dominators = {1, 3, 1, kNoNode, kNoNode};
  EXPECT_EQ(RetainedWeights(dominators, 3, Weights{1, 2, 4, 8, 16}), (Weights{1, 7, 4, 15, 0}));
}

TEST(HeapGraph, AListOfAMillionNodesNeedsNoStack) {
  constexpr std::uint32_t kNodes = 1000000;
  Edges edges;
  for (std::uint32_t node = 1; node < kNodes; ++node) {
    edges.push_back({node - 1, node});
    if (node > 1) edges.push_back({node, node - 1});
  }
  const HeapGraph graph(kNodes, edges);
  EXPECT_EQ(StrongComponents(graph).count, 2u) << "the head, which nothing refers to, and the rest";
  const Numbers dominators = ImmediateDominators(graph, 0);
  for (std::uint32_t node = 1; node < kNodes; ++node) ASSERT_EQ(dominators[node], node - 1);
  EXPECT_EQ(RetainedWeights(dominators, 0, Weights(kNodes, 3))[1], 3u * (kNodes - 1));
  const Numbers start = {kNodes - 1};
  EXPECT_FALSE(ReachableFrom(graph, start)[0]);
  EXPECT_TRUE(ReachableFrom(graph, start)[1]);
}

}  // namespace
}  // namespace memprof
