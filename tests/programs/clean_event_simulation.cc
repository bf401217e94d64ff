// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A simulation driven by a priority queue, and searches through graphs.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Event {
  std::int64_t time = 0;
  int machine = 0;
  std::string what;

  bool operator<(const Event& other) const { return time > other.time; }
};

TEST(Simulation, MachinesThatBreakAndAreMended) {
  std::mt19937 random(11);
  std::priority_queue<Event> events;
  for (int i = 0; i < 100; ++i) events.push({i, i, "starts"});
  int handled = 0;
  std::map<int, int> broken;
  while (handled < 20000) {
    Event event = events.top();
    events.pop();
    ++handled;
    const auto wait = static_cast<std::int64_t>(1 + random() % 100);
    if (event.what == "breaks") {
      ++broken[event.machine];
      events.push({event.time + wait, event.machine, "is mended"});
    } else {
      events.push({event.time + wait, event.machine, "breaks"});
    }
  }
  EXPECT_EQ(broken.size(), 100u);
}

struct Edge {
  int to = 0;
  int weight = 0;
};

class Graph {
 public:
  explicit Graph(int nodes, int edges_each) : edges_(static_cast<std::size_t>(nodes)) {
    std::mt19937 random(3);
    for (auto& of_node : edges_) {
      of_node.reserve(static_cast<std::size_t>(edges_each));
      for (int i = 0; i < edges_each; ++i) {
        of_node.push_back({static_cast<int>(random() % edges_.size()), 1 + static_cast<int>(i)});
      }
    }
  }

  const std::vector<Edge>& From(int node) const { return edges_[static_cast<std::size_t>(node)]; }
  std::size_t size() const { return edges_.size(); }

 private:
  std::vector<std::vector<Edge>> edges_;
};

TEST(Graphs, ShortestWays) {
  const Graph graph(5000, 6);
  std::vector<int> distances(graph.size(), std::numeric_limits<int>::max());
  using Reached = std::pair<int, int>;
  std::priority_queue<Reached, std::vector<Reached>, std::greater<Reached>> open;
  distances[0] = 0;
  open.push({0, 0});
  while (!open.empty()) {
    const auto [distance, node] = open.top();
    open.pop();
    if (distance > distances[static_cast<std::size_t>(node)]) continue;
    for (const Edge& edge : graph.From(node)) {
      int& known = distances[static_cast<std::size_t>(edge.to)];
      if (distance + edge.weight >= known) continue;
      known = distance + edge.weight;
      open.push({known, edge.to});
    }
  }
  EXPECT_EQ(distances[0], 0);
  EXPECT_LT(distances[100], 100);
}

TEST(Graphs, BreadthFirstFromEachOfSomeNodes) {
  const Graph graph(3000, 4);
  for (int start = 0; start < 20; ++start) {
    std::vector<bool> seen(graph.size());
    std::queue<int> open;
    open.push(start);
    seen[static_cast<std::size_t>(start)] = true;
    std::size_t reached = 0;
    while (!open.empty()) {
      const int node = open.front();
      open.pop();
      ++reached;
      for (const Edge& edge : graph.From(node)) {
        if (seen[static_cast<std::size_t>(edge.to)]) continue;
        seen[static_cast<std::size_t>(edge.to)] = true;
        open.push(edge.to);
      }
    }
    EXPECT_GT(reached, 2000u);
  }
}

TEST(Graphs, OrderOfDependencies) {
  std::map<std::string, std::set<std::string>> needs;
  for (int i = 0; i < 400; ++i) {
    std::set<std::string>& of_module = needs["module " + std::to_string(i)];
    for (int k = 1; k <= 5 && i - k * k >= 0; ++k) {
      of_module.insert("module " + std::to_string(i - k * k));
    }
  }
  std::set<std::string> built;
  std::vector<std::string> order;
  order.reserve(needs.size());
  const std::function<void(const std::string&)> build = [&](const std::string& name) {
    if (!built.insert(name).second) return;
    for (const std::string& need : needs.at(name)) build(need);
    order.push_back(name);
  };
  for (const auto& [name, of_module] : needs) build(name);
  EXPECT_EQ(order.size(), 400u);
  EXPECT_EQ(order.front(), "module 0");
}

}  // namespace
