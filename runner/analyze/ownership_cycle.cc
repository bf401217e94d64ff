// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/ownership_cycle.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "runner/analyze/block_type_name.h"
#include "runner/analyze/cycle_steps.h"
#include "runner/analyze/lost_graph.h"

namespace memprof {
namespace {

class CycleFinder {
 public:
  CycleFinder(HeapView& view, MemberPaths& members, ProgramTypes& types)
      : view_(view), members_(members), types_(types), graph_(view, members, types) {}

  LostCycles Find() {
    LostCycles found;
    if (graph_.edges().empty()) return found;
    FindOwners();
    const std::vector<std::vector<std::uint32_t>> circular = CircularComponents();
    if (circular.empty()) return found;
    MarkCircular(circular, found);
    arrived_by_.assign(graph_.size(), kNoNode);
    std::vector<std::uint32_t> cycle_of(graph_.size(), kNoNode);
    for (const std::vector<std::uint32_t>& component : circular) {
      const std::uint32_t kind = KindOf(CircleThrough(Owner(component), component), found);
      if (kind == kNoNode) continue;
      for (const std::uint32_t node : component) cycle_of[node] = kind;
      ++counts_[kind];
    }
    for (const auto& [kind, count] : counts_) found.cycles[kind].count = count;
    if (!found.cycles.empty()) Attribute(cycle_of, found);
    return found;
  }

 private:
  using EdgeKind = LostGraph::EdgeKind;

  bool IsInner(const LostGraph::Edge& edge) const {
    return edge.kind != EdgeKind::kNoOwner &&
           owners_.of_node[edge.from] == owners_.of_node[edge.to];
  }

  /// The strong components over owning pointers alone.
  void FindOwners() {
    owners_ = StrongComponents(HeapGraph::Build(graph_.size(), [this](auto visit) {
      for (const LostGraph::Edge& edge : graph_.edges()) {
        if (edge.kind != EdgeKind::kNoOwner) visit(edge.from, edge.to);
      }
    }));
  }

  /// Their nodes, of those that share and that nobody else owns; by their first block.
  std::vector<std::vector<std::uint32_t>> CircularComponents() const {
    std::vector<bool> shares(owners_.count);
    std::vector<bool> owned(owners_.count);
    for (const LostGraph::Edge& edge : graph_.edges()) {
      if (edge.kind == EdgeKind::kNoOwner) continue;
      if (IsInner(edge)) {
        if (edge.kind == EdgeKind::kShared) shares[owners_.of_node[edge.to]] = true;
      } else if (!graph_.ReachesBack(edge)) {
        owned[owners_.of_node[edge.to]] = true;
      }
    }
    std::vector<std::uint32_t> place(owners_.count, kNoNode);
    std::vector<std::vector<std::uint32_t>> nodes;
    for (std::uint32_t node = 0; node < graph_.size(); ++node) {
      const std::uint32_t component = owners_.of_node[node];
      if (!shares[component] || owned[component]) continue;
      if (place[component] == kNoNode) {
        place[component] = static_cast<std::uint32_t>(nodes.size());
        nodes.emplace_back();
      }
      nodes[place[component]].push_back(node);
    }
    return nodes;
  }

  void MarkCircular(const std::vector<std::vector<std::uint32_t>>& circular,
                    LostCycles& found) const {
    std::vector<std::uint32_t> nodes;
    for (const std::vector<std::uint32_t>& component : circular) {
      nodes.insert(nodes.end(), component.begin(), component.end());
    }
    const std::vector<bool> reached = ReachableFrom(graph_.graph(), nodes);
    found.is_circular.assign(view_.snapshot().blocks.size(), false);
    for (std::uint32_t node = 0; node < graph_.size(); ++node) {
      if (reached[node]) found.is_circular[graph_.BlockOf(node)] = true;
    }
  }

  std::uint32_t Owner(const std::vector<std::uint32_t>& component) {
    const auto rank = [this](std::uint32_t node) {
      const TypedBlock& type = graph_.TypeOf(node);
      const bool object = IsUserObject(type, types_);
      const bool closure = object && IsClosureName(types_.Type(type.type).name);
      const int kind = object ? (closure ? 1 : 0) : type.type == kNoType ? 2 : 3;
      return std::tuple(kind, view_.snapshot().blocks[graph_.BlockOf(node)].origin, node);
    };
    return *std::min_element(component.begin(), component.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
  }

  /// The shortest one, as numbers of edges.
  std::vector<std::uint32_t> CircleThrough(std::uint32_t owner,
                                           const std::vector<std::uint32_t>& component) {
    std::vector<std::uint32_t> queue = {owner};
    for (std::size_t at = 0; at < queue.size() && arrived_by_[owner] == kNoNode; ++at) {
      const auto first = static_cast<std::uint32_t>(graph_.graph().FirstOf(queue[at]));
      const auto count = static_cast<std::uint32_t>(graph_.graph().From(queue[at]).size());
      for (std::uint32_t number = first; number < first + count; ++number) {
        const LostGraph::Edge& edge = graph_.edges()[number];
        if (!IsInner(edge) || arrived_by_[edge.to] != kNoNode) continue;
        arrived_by_[edge.to] = number;
        queue.push_back(edge.to);
      }
    }
    std::vector<std::uint32_t> circle;
    std::uint32_t node = owner;
    do {
      circle.push_back(arrived_by_[node]);
      node = graph_.edges()[circle.back()].from;
    } while (node != owner);
    std::reverse(circle.begin(), circle.end());
    for (const std::uint32_t each : component) arrived_by_[each] = kNoNode;
    return circle;
  }

  /// What the telling of a circle follows from: the same for thousands of equal ones.
  std::vector<std::uint64_t> TraitsOf(const std::vector<std::uint32_t>& circle) {
    std::vector<std::uint64_t> traits;
    for (const std::uint32_t number : circle) {
      const LostGraph::Edge& edge = graph_.edges()[number];
      const TypedBlock& type = graph_.TypeOf(edge.from);
      const std::uint64_t offset = view_.snapshot().edges[edge.number].from_offset;
      traits.push_back(type.type);
      traits.push_back(type.type == kNoType ? view_.block_types().StackOf(graph_.BlockOf(edge.from))
                                            : type.WithinType(offset));
    }
    return traits;
  }

  /// The number in `found` of the circle's kind, which is new if need be; kNoNode when there is
  /// nothing to tell of it.
  std::uint32_t KindOf(const std::vector<std::uint32_t>& circle, LostCycles& found) {
    const auto [known, is_new] = kind_by_traits_.try_emplace(TraitsOf(circle), kNoNode);
    if (!is_new) return known->second;
    std::optional<OwnershipCycle> cycle = TellCycle(graph_, circle, view_, members_, types_);
    if (!cycle) return kNoNode;
    const auto same = std::find_if(found.cycles.begin(), found.cycles.end(),
                                   [&](const auto& each) { return each.steps == cycle->steps; });
    known->second = static_cast<std::uint32_t>(same - found.cycles.begin());
    if (same == found.cycles.end()) found.cycles.push_back(*std::move(cycle));
    return known->second;
  }

  /// What hangs from the cycles is given to them, each block to the first that reaches it; only
  /// what no other lost block leads to counts as theirs.
  void Attribute(std::vector<std::uint32_t>& cycle_of, LostCycles& found) {
    std::vector<std::uint32_t> queue;
    for (std::uint32_t node = 0; node < graph_.size(); ++node) {
      if (cycle_of[node] != kNoNode) queue.push_back(node);
    }
    const std::vector<bool> held_by_others = ReachableFrom(graph_.graph(), OtherSources(cycle_of));
    for (std::size_t at = 0; at < queue.size(); ++at) {
      for (const std::uint32_t to : graph_.graph().From(queue[at])) {
        if (cycle_of[to] != kNoNode) continue;
        cycle_of[to] = cycle_of[queue[at]];
        queue.push_back(to);
      }
    }
    found.of_block.assign(view_.snapshot().blocks.size(), kNoNode);
    for (const std::uint32_t node : queue) {
      const std::uint32_t block = graph_.BlockOf(node);
      found.of_block[block] = cycle_of[node];
      if (held_by_others[node]) continue;
      found.cycles[cycle_of[node]].bytes +=
          static_cast<std::int64_t>(view_.snapshot().blocks[block].bytes);
    }
  }

  /// Lost blocks that no other component points to and that are on no cycle that is told.
  std::vector<std::uint32_t> OtherSources(const std::vector<std::uint32_t>& cycle_of) const {
    const Components& all = graph_.components();
    std::vector<bool> no_source(all.count);
    for (const LostGraph::Edge& edge : graph_.edges()) {
      if (!graph_.ReachesBack(edge)) no_source[all.of_node[edge.to]] = true;
    }
    for (std::uint32_t node = 0; node < graph_.size(); ++node) {
      if (cycle_of[node] != kNoNode) no_source[all.of_node[node]] = true;
    }
    std::vector<std::uint32_t> sources;
    for (std::uint32_t node = 0; node < graph_.size(); ++node) {
      if (!no_source[all.of_node[node]]) sources.push_back(node);
    }
    return sources;
  }

  HeapView& view_;
  MemberPaths& members_;
  ProgramTypes& types_;
  LostGraph graph_;
  Components owners_;
  std::map<std::vector<std::uint64_t>, std::uint32_t> kind_by_traits_;
  std::map<std::uint32_t, std::int64_t> counts_;  ///< by kind
  std::vector<std::uint32_t> arrived_by_;         ///< by node: the edge that a search came by
};

}  // namespace

LostCycles FindLostCycles(HeapView& view, MemberPaths& members, ProgramTypes& types) {
  return CycleFinder(view, members, types).Find();
}

}  // namespace memprof
