// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/retention_tree.h"

#include <algorithm>

#include "runner/analyze/block_type_name.h"

namespace memprof {
namespace {

constexpr std::uint32_t kNoLabel = UINT32_MAX;
const MemberPlace kNoMember;

}  // namespace

std::size_t RetentionTree::HashChildKey::operator()(const ChildKey& key) const {
  std::uint64_t mixed = (std::uint64_t{key.parent} << 32) | key.label;
  mixed = (mixed ^ (std::uint64_t{key.through} << 8 | key.weak)) * 0x9E3779B97F4A7C15u;
  return static_cast<std::size_t>(mixed ^ (mixed >> 29));
}

RetentionTree::RetentionTree(const HeapSnapshot& snapshot, const ShortestPaths& paths,
                             RootHolders& holders, BlockTypes& block_types, MemberPaths& members,
                             ProgramTypes& types)
    : snapshot_(snapshot),
      paths_(paths),
      holders_(holders),
      block_types_(block_types),
      members_(members),
      types_(types),
      placed_(snapshot.blocks.size()) {
  Text("");
}

std::uint32_t RetentionTree::Text(const std::string& text) {
  const auto [entry, is_new] =
      text_numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return entry->second;
}

std::uint32_t RetentionTree::LabelOf(std::uint32_t block, const TypedBlock& type) {
  Label label{type.type, type.is_array, 0};
  if (type.type == kNoType) {
    const std::uint32_t stack = block_types_.StackOf(block);
    const auto [entry, is_new] = place_of_stack_.try_emplace(stack, 0);
    if (is_new && stack != 0) entry->second = Text(types_.PlaceOf(stack));
    label.place = entry->second;
  }
  const std::uint64_t key = type.type == kNoType
                                ? std::uint64_t{label.place} << 33
                                : (std::uint64_t{type.type} << 1 | (type.is_array ? 1u : 0u));
  const auto [entry, is_new] =
      label_numbers_.try_emplace(key, static_cast<std::uint32_t>(labels_.size()));
  if (is_new) labels_.push_back(label);
  return entry->second;
}

std::uint32_t RetentionTree::NodeOfHolder(std::uint32_t holder) {
  if (node_of_holder_.size() <= holder) node_of_holder_.resize(holder + std::size_t{1}, kNoNode);
  if (node_of_holder_[holder] == kNoNode) {
    node_of_holder_[holder] = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({kNoNode, holder, kNoLabel, 0, 0});
  }
  return node_of_holder_[holder];
}

std::uint32_t RetentionTree::Child(const ChildKey& key, std::uint32_t holder) {
  const auto [entry, is_new] = children_.try_emplace(key, kNoNode);
  if (!is_new) return entry->second;
  for (std::uint32_t node = key.parent; node != kNoNode; node = nodes_[node].parent) {
    if (nodes_[node].label != key.label || nodes_[node].weak != key.weak) continue;
    return entry->second = node;
  }
  entry->second = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({key.parent, holder, key.label, key.through, key.weak});
  return entry->second;
}

std::uint32_t RetentionTree::WeakBitsTo(std::uint32_t block) const {
  const ShortestPaths::Link link = paths_.LinkTo(block);
  switch (link.via) {
    case ShortestPaths::Via::kRoot:
      return snapshot_.roots[link.index].weak;
    case ShortestPaths::Via::kWeakEdge:
      return snapshot_.weak_bits[link.index];
    case ShortestPaths::Via::kNone:
    case ShortestPaths::Via::kEdge:
      break;
  }
  return 0;
}

bool RetentionTree::IsPassage(const TypedBlock& type, const MemberPlace& place) {
  if (!type.is_array) return false;
  const TypeInfo& element = types_.Type(type.type);
  if (element.kind != TypeInfo::Kind::kPointer) return false;
  return place.in_deque || IsLibraryNodeName(types_.Type(element.target).name);
}

void RetentionTree::Place(std::uint32_t block) {
  const ShortestPaths::Link link = paths_.LinkTo(block);
  const bool from_root = link.via == ShortestPaths::Via::kRoot;
  const MemberPlace* place = &kNoMember;
  std::uint32_t to_offset = 0;
  ChildKey key = {kNoNode, 0, 0, WeakBitsTo(block)};
  std::uint32_t holder = 0;
  if (from_root) {
    place = &holders_.PlaceOf(link.index);
    to_offset = snapshot_.roots[link.index].offset;
    holder = holders_.Of(link.index);
    key.parent = NodeOfHolder(holder);
  } else {
    const record::HeapEdge& edge = paths_.EdgeTo(block);
    const Placed& parent = placed_[edge.from];
    if (parent.type.type != kNoType) {
      place = &members_.At(parent.type.type, parent.type.WithinType(edge.from_offset));
    }
    to_offset = edge.to_offset;
    key.weak |= nodes_[parent.node].weak;
    holder = nodes_[parent.node].holder;
    key.parent = parent.is_passage ? nodes_[parent.node].parent : parent.node;
    key.through = parent.is_passage ? nodes_[parent.node].through : Text(place->path);
  }
  Placed& placed = placed_[block];
  placed.type = block_types_.Of(block);
  if (placed.type.type == kNoType) {
    placed.type = block_types_.FromPointer(block, to_offset, *place);
  }
  key.label = LabelOf(block, placed.type);
  placed.node = Child(key, holder);
  placed.is_passage = IsPassage(placed.type, *place);
}

std::uint32_t RetentionTree::NodeOf(std::uint32_t block) {
  if (!paths_.IsReached(block)) return kNoNode;
  // Upwards to what is placed already, or to a root, then down again: chains are long.
  for (std::uint32_t at = block; at != kNoNode && placed_[at].node == kNoNode;
       at = paths_.ParentOf(at)) {
    open_.push_back(at);
  }
  while (!open_.empty()) {
    Place(open_.back());
    open_.pop_back();
  }
  return placed_[block].node;
}

std::vector<std::uint32_t> RetentionTree::PathTo(std::uint32_t node) const {
  std::vector<std::uint32_t> path;
  for (; node != kNoNode; node = nodes_[node].parent) path.push_back(node);
  std::reverse(path.begin(), path.end());
  return path;
}

PathStep RetentionTree::StepOf(std::uint32_t node) {
  PathStep step;
  const Label& label = labels_[nodes_[node].label];
  step.through = texts_[nodes_[node].through];
  if (label.type == kNoType) {
    step.type = "memory";
    step.made_at = texts_[label.place];
  } else {
    step.type = ReadableTypeName(types_.Type(label.type).name) + (label.is_array ? "[]" : "");
  }
  return step;
}

}  // namespace memprof
