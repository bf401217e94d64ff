// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/lost_graph.h"

#include <algorithm>

#include "runner/analyze/block_type_name.h"

namespace memprof {
namespace {

HeapGraph Empty() { return HeapGraph(0, {}); }

}  // namespace

LostGraph::LostGraph(HeapView& view, MemberPaths& members, ProgramTypes& types)
    : members_(members), types_(types), graph_(Empty()) {
  CollectEdges(view);
  if (edges_.empty()) return;
  graph_ = HeapGraph::Build(blocks_.size(), [this](auto visit) {
    for (const Edge& edge : edges_) visit(edge.from, edge.to);
  });
  components_ = StrongComponents(graph_);
  FindTypes(view);
  for (Edge& edge : edges_) edge.kind = KindOf(edge, view.snapshot().edges[edge.number]);
}

void LostGraph::CollectEdges(const HeapView& view) {
  const HeapSnapshot& snapshot = view.snapshot();
  std::vector<std::uint32_t> node_of(snapshot.blocks.size(), kNoNode);
  for (std::uint32_t block = 0; block < snapshot.blocks.size(); ++block) {
    if (!view.IsLost(block)) continue;
    node_of[block] = size();
    blocks_.push_back(block);
  }
  types_of_.resize(blocks_.size());
  if (blocks_.empty()) return;
  for (std::uint32_t number = 0; number < snapshot.edges.size(); ++number) {
    const record::HeapEdge& edge = snapshot.edges[number];
    // What a lost block points to may well be held by somebody else.
    if (node_of[edge.from] == kNoNode || node_of[edge.to] == kNoNode) continue;
    edges_.push_back({node_of[edge.from], node_of[edge.to], number, EdgeKind::kOwner});
  }
}

void LostGraph::FindTypes(HeapView& view) {
  std::vector<std::uint32_t> members_of(components_.count);
  for (const std::uint32_t component : components_.of_node) ++members_of[component];
  std::vector<bool> wanted(size());
  for (const Edge& edge : edges_) {
    const bool in_circle = edge.from == edge.to || members_of[components_.of_node[edge.to]] > 1;
    if (in_circle) wanted[edge.from] = wanted[edge.to] = true;
  }
  for (std::uint32_t node = 0; node < size(); ++node) {
    if (wanted[node]) types_of_[node] = view.block_types().Of(blocks_[node]);
  }
  for (const Edge& edge : edges_) {
    const TypedBlock& from = types_of_[edge.from];
    if (!wanted[edge.to] || types_of_[edge.to].type != kNoType || from.type == kNoType) continue;
    const record::HeapEdge& pointer = view.snapshot().edges[edge.number];
    types_of_[edge.to] = view.block_types().FromPointer(
        blocks_[edge.to], pointer.to_offset,
        members_.At(from.type, from.WithinType(pointer.from_offset)));
  }
}

LostGraph::EdgeKind LostGraph::KindOf(const Edge& edge, const record::HeapEdge& pointer) {
  const TypedBlock& from = types_of_[edge.from];
  const TypedBlock& to = types_of_[edge.to];
  LinkKind link = LinkKind::kUnknown;
  if (from.type != kNoType) {
    link = members_.At(from.type, from.WithinType(pointer.from_offset)).link;
  }
  const std::string* const to_name = to.type == kNoType ? nullptr : &types_.Type(to.type).name;
  const bool to_control = to_name != nullptr && IsControlBlockName(*to_name);
  // An object points into itself for many reasons, and owns itself for one.
  if (edge.from == edge.to)
    return link == LinkKind::kShared ? EdgeKind::kShared : EdgeKind::kNoOwner;
  switch (link) {
    case LinkKind::kRaw:
    case LinkKind::kWeak:
      return EdgeKind::kNoOwner;
    case LinkKind::kShared:
      return EdgeKind::kShared;
    case LinkKind::kNode:
      return to_name != nullptr && IsLibraryNodeName(*to_name) ? EdgeKind::kOwner
                                                               : EdgeKind::kNoOwner;
    case LinkKind::kUnknown:
    case LinkKind::kOwning:
      break;
  }
  if (!to_control) return EdgeKind::kOwner;
  // Where members are not known: it may be the weak_ptr of std::enable_shared_from_this.
  const auto back = graph_.From(edge.to);
  const bool own = std::find(back.begin(), back.end(), edge.from) != back.end();
  return own && link == LinkKind::kUnknown ? EdgeKind::kNoOwner : EdgeKind::kShared;
}

}  // namespace memprof
