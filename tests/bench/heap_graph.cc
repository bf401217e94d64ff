// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What the analysis of a heap's graph costs: time and memory at its peak, for graphs of the size of
// a large suite's heap. By hand; it judges nothing. `bench_heap_graph [NODES [EDGES_A_NODE]]`.

#include "runner/analyze/heap_graph.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace memprof::bench {
namespace {

using Edges = std::vector<HeapGraph::Edge>;

/// Numbers that are the same in every run and with every library.
class Random {
 public:
  std::uint32_t Below(std::uint32_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }

 private:
  std::mt19937 engine_{4711};
};

/// Node 0 stands for all roots, and points to one in a thousand.
Edges WithRoots(std::uint32_t nodes, Random* random) {
  Edges edges;
  for (std::uint32_t i = 0; i < nodes / 1000 + 1; ++i) {
    edges.push_back({0, 1 + random->Below(nodes - 1)});
  }
  return edges;
}

/// Anything may point to anything: the worst for the caches.
Edges Scattered(std::uint32_t nodes, std::uint32_t edges_a_node, Random* random) {
  Edges edges = WithRoots(nodes, random);
  for (std::uint32_t node = 1; node < nodes; ++node) {
    for (std::uint32_t i = 0; i < edges_a_node; ++i) edges.push_back({node, random->Below(nodes)});
  }
  return edges;
}

/// Most pointers go to what was allocated at about the same time, as in trees and small objects.
Edges Near(std::uint32_t nodes, std::uint32_t edges_a_node, Random* random) {
  Edges edges = WithRoots(nodes, random);
  for (std::uint32_t node = 1; node < nodes; ++node) {
    for (std::uint32_t i = 0; i < edges_a_node; ++i) {
      const std::uint32_t away = random->Below(random->Below(100) < 98 ? 64 : nodes);
      edges.push_back({node, (node + away) % nodes});
    }
  }
  return edges;
}

/// Maps of a thousand entries: each node points to its two children and to its parent.
Edges Maps(std::uint32_t nodes, Random* random) {
  constexpr std::uint32_t kEntries = 1000;
  Edges edges;
  std::vector<std::uint32_t> order;
  for (std::uint32_t first = 1; first < nodes; first += kEntries) {
    // Balancing leaves the nodes of a map in no order.
    order.resize(std::min(kEntries, nodes - first));
    std::iota(order.begin(), order.end(), first);
    for (std::uint32_t i = 1; i < order.size(); ++i)
      std::swap(order[i], order[random->Below(i + 1)]);
    edges.push_back({0, order[0]});
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      for (std::uint32_t child = 2 * i + 1; child <= 2 * i + 2 && child < order.size(); ++child) {
        edges.push_back({order[i], order[child]});
        edges.push_back({order[child], order[i]});
      }
    }
  }
  return edges;
}

/// One doubly linked list: the deepest search there is.
Edges List(std::uint32_t nodes) {
  Edges edges = {{0, 1}};
  for (std::uint32_t node = 1; node + 1 < nodes; ++node) {
    if (node > 1) edges.push_back({node, node - 1});
    edges.push_back({node, node + 1});
    edges.push_back({node, 1});
  }
  return edges;
}

/// A line "VmHWM:   1234 kB" of /proc/self/status, in MiB.
double StatusMiB(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return std::strtod(line.c_str() + key.size(), nullptr) / 1024;
  }
  return 0;
}

/// Runs `what` and prints its time, and its peak above what was there before.
template <class What>
auto Measured(const char* name, const What& what) {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5\n";  // the peak begins anew
  const double before = StatusMiB("VmRSS:");
  const auto start = std::chrono::steady_clock::now();
  auto result = what();
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
  fmt::print("  {:<12} {:6.0f} ms  {:5.0f} MiB at the peak\n", name, taken.count(),
             StatusMiB("VmHWM:") - before);
  return result;
}

void Measure(const char* shape, std::uint32_t nodes, Edges edges) {
  fmt::print("{}: {} nodes, {} edges\n", shape, nodes, edges.size());
  const HeapGraph graph = Measured("CSR", [&] { return HeapGraph(nodes, edges); });
  edges = Edges();
  const std::uint32_t root = 0;
  const auto reached = Measured("reachable", [&] { return ReachableFrom(graph, {&root, 1}); });
  const Components components = Measured("components", [&] { return StrongComponents(graph); });
  const auto dominators = Measured("dominators", [&] { return ImmediateDominators(graph, root); });
  const std::vector<std::uint64_t> weights(nodes, 64);
  const auto retained =
      Measured("retained", [&] { return RetainedWeights(dominators, root, weights); });
  fmt::print("  {} components, {} nodes reached\n\n", components.count, retained[root] / 64);
}

void MeasureAll(std::uint32_t nodes, std::uint32_t edges_a_node) {
  Random random;
  Measure("scattered", nodes, Scattered(nodes, edges_a_node, &random));
  Measure("near", nodes, Near(nodes, edges_a_node, &random));
  Measure("maps", nodes, Maps(nodes, &random));
  Measure("list", nodes, List(nodes));
}

}  // namespace
}  // namespace memprof::bench

int main(int argc, char** argv) {
  const auto number = [&](int at, std::uint32_t otherwise) {
    return argc > at ? static_cast<std::uint32_t>(std::strtoul(argv[at], nullptr, 10)) : otherwise;
  };
  const std::uint32_t nodes = number(1, 2000000);
  if (nodes < 2) {
    std::fputs("usage: bench_heap_graph [NODES [EDGES_A_NODE]], at least 2 nodes\n", stderr);
    return 2;
  }
  memprof::bench::MeasureAll(nodes, number(2, 3));
}
