// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/heap_graph.h"

namespace memprof {

HeapGraph::HeapGraph(std::size_t nodes, std::span<const Edge> edges)
    : HeapGraph(Build(nodes, [edges](auto visit) {
        for (const Edge& edge : edges) visit(edge.from, edge.to);
      })) {}

HeapGraph HeapGraph::Reversed() const {
  return Build(size(), [this](auto visit) {
    for (std::uint32_t node = 0; node < size(); ++node) {
      for (const std::uint32_t successor : From(node)) visit(successor, node);
    }
  });
}

std::vector<bool> ReachableFrom(const HeapGraph& graph, std::span<const std::uint32_t> start) {
  std::vector<bool> reached(graph.size());
  std::vector<std::uint32_t> open;
  const auto reach = [&](std::uint32_t node) {
    if (reached[node]) return;
    reached[node] = true;
    open.push_back(node);
  };
  // One start after another, so that what is open at once stays small.
  for (const std::uint32_t from : start) {
    reach(from);
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      open.pop_back();
      for (const std::uint32_t successor : graph.From(node)) reach(successor);
    }
  }
  return reached;
}

}  // namespace memprof
