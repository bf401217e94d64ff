// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_LOST_GRAPH_H_
#define MEMPROF_RUNNER_ANALYZE_LOST_GRAPH_H_

#include <cstdint>
#include <vector>

#include "runner/analyze/heap_graph.h"
#include "runner/analyze/heap_view.h"

namespace memprof {

/// The blocks of a snapshot that nothing holds, and the pointers among them. Nodes are the lost
/// blocks by ascending number, counted from 0.
///
/// Most circles of pointers are no circles of owners: a std::list's last node points back to the
/// list, a child to its parent, an empty std::string into itself. So the pointers that can lie on a
/// circle are told from the others, by the types of the blocks and of the members. Where the types
/// are not known, a pointer is taken for an owner's.
class LostGraph {
 public:
  enum class EdgeKind : std::uint8_t {
    kNoOwner,  ///< weak, raw, or back to the container
    kOwner,
    kShared,  ///< owner that shares: a shared_ptr's, or to a control block
  };
  struct Edge {
    std::uint32_t from;
    std::uint32_t to;
    std::uint32_t number;  ///< in the snapshot's edges
    EdgeKind kind;
  };

  LostGraph(HeapView& view, MemberPaths& members, ProgramTypes& types);

  std::uint32_t size() const { return static_cast<std::uint32_t>(blocks_.size()); }
  std::uint32_t BlockOf(std::uint32_t node) const { return blocks_[node]; }
  /// The block's type; found only for nodes in circles of pointers, and what points to these.
  const TypedBlock& TypeOf(std::uint32_t node) const { return types_of_[node]; }

  /// By `from`.
  const std::vector<Edge>& edges() const { return edges_; }
  /// Of edges(), in their order: position FirstOf(node) of a graph is that of its edge.
  const HeapGraph& graph() const { return graph_; }
  /// The strong components over all edges.
  const Components& components() const { return components_; }
  /// Whether there is a way back from where the edge leads to.
  bool ReachesBack(const Edge& edge) const {
    return components_.of_node[edge.from] == components_.of_node[edge.to];
  }

 private:
  void CollectEdges(const HeapView& view);
  void FindTypes(HeapView& view);
  EdgeKind KindOf(const Edge& edge, const record::HeapEdge& pointer);

  MemberPaths& members_;
  ProgramTypes& types_;
  std::vector<std::uint32_t> blocks_;
  std::vector<Edge> edges_;
  HeapGraph graph_;
  Components components_;
  std::vector<TypedBlock> types_of_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_LOST_GRAPH_H_
