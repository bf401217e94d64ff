// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_RETENTION_TREE_H_
#define MEMPROF_RUNNER_ANALYZE_RETENTION_TREE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/analyze/block_types.h"
#include "runner/analyze/member_path.h"
#include "runner/analyze/root_holders.h"
#include "runner/analyze/shortest_paths.h"
#include "runner/analyze/site_retention.h"

namespace memprof {

/// The ways in which blocks are held: the forest of shortest paths with all blocks of one kind, by
/// type and the member that points to them, in one node. A kind that was on the path already is no
/// new step, so that a list of 100,000 nodes, a tree and a trie are one step each:
///
///     app::list → Node → Node → Node → Payload         app::list → Node ×3 → Payload
///
/// What only leads to a container's nodes (a hash table's buckets, a deque's map) is no step on the
/// way to them. It exists because a path of addresses says nothing, and one of kinds says it all.
/// Time and memory are linear in the blocks that are asked for, and those that lead to them.
class RetentionTree {
 public:
  /// All must outlive the object; the paths must be searched already.
  RetentionTree(const HeapSnapshot& snapshot, const ShortestPaths& paths, RootHolders& holders,
                BlockTypes& block_types, MemberPaths& members, ProgramTypes& types);

  /// The node of a block; kNoNode when nothing holds it.
  std::uint32_t NodeOf(std::uint32_t block);

  /// The nodes from the holder's, which has no blocks, to this one.
  std::vector<std::uint32_t> PathTo(std::uint32_t node) const;

  /// As in the report but for the counts.
  PathStep StepOf(std::uint32_t node);

  std::uint32_t HolderOf(std::uint32_t node) const { return nodes_[node].holder; }
  /// record::WeakBits of all words on the way; 0 for a plain path.
  std::uint32_t WeakBitsOf(std::uint32_t node) const { return nodes_[node].weak; }

 private:
  struct Node {
    std::uint32_t parent;
    std::uint32_t holder;
    std::uint32_t label;
    std::uint32_t through;  ///< index into texts_
    std::uint32_t weak;
  };
  struct Label {
    TypeId type = kNoType;
    bool is_array = false;
    std::uint32_t place = 0;  ///< index into texts_: where it is made, when the type is unknown
  };
  /// What is kept of each block that was placed.
  struct Placed {
    std::uint32_t node = kNoNode;
    TypedBlock type;
    bool is_passage = false;  ///< no step on the way to what it points to
  };
  struct ChildKey {
    std::uint32_t parent;
    std::uint32_t label;
    std::uint32_t through;
    std::uint32_t weak;
    bool operator==(const ChildKey&) const = default;
  };
  struct HashChildKey {
    std::size_t operator()(const ChildKey& key) const;
  };

  void Place(std::uint32_t block);
  std::uint32_t Child(const ChildKey& key, std::uint32_t holder);
  std::uint32_t NodeOfHolder(std::uint32_t holder);
  std::uint32_t LabelOf(std::uint32_t block, const TypedBlock& type);
  std::uint32_t WeakBitsTo(std::uint32_t block) const;
  bool IsPassage(const TypedBlock& type, const MemberPlace& place);
  std::uint32_t Text(const std::string& text);

  const HeapSnapshot& snapshot_;
  const ShortestPaths& paths_;
  RootHolders& holders_;
  BlockTypes& block_types_;
  MemberPaths& members_;
  ProgramTypes& types_;

  std::vector<Placed> placed_;
  std::vector<Node> nodes_;
  std::vector<Label> labels_;
  std::vector<std::string> texts_;
  std::vector<std::uint32_t> node_of_holder_;
  std::unordered_map<ChildKey, std::uint32_t, HashChildKey> children_;
  std::unordered_map<std::uint64_t, std::uint32_t> label_numbers_;
  std::unordered_map<std::uint32_t, std::uint32_t> place_of_stack_;
  std::unordered_map<std::string, std::uint32_t> text_numbers_;
  std::vector<std::uint32_t> open_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_RETENTION_TREE_H_
