// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_HEAP_VIEW_H_
#define MEMPROF_RUNNER_ANALYZE_HEAP_VIEW_H_

#include <cstdint>
#include <vector>

#include "runner/analyze/block_types.h"
#include "runner/analyze/member_path.h"
#include "runner/analyze/retention_tree.h"
#include "runner/analyze/root_holders.h"
#include "runner/analyze/shortest_paths.h"

namespace memprof {

/// One snapshot with everything that is found out about its blocks: who holds each, through what,
/// and which nobody holds. Made, asked and thrown away snapshot by snapshot, for it is large.
class HeapView {
 public:
  /// All must outlive the object.
  HeapView(const HeapSnapshot& snapshot, const RecordedTrace& trace, ProgramTypes& types,
           MemberPaths& members);
  HeapView(const HeapView&) = delete;
  HeapView& operator=(const HeapView&) = delete;

  const HeapSnapshot& snapshot() const { return snapshot_; }
  const ShortestPaths& paths() const { return paths_; }
  RootHolders& holders() { return holders_; }
  BlockTypes& block_types() { return block_types_; }
  RetentionTree& tree() { return tree_; }

  /// Whether nothing refers to the block, not even a weak word. Never in a partial snapshot.
  bool IsLost(std::uint32_t block) const { return snapshot_.whole() && !paths_.IsReached(block); }

  /// By holder the bytes that would be free without it: those of the blocks that it dominates. A
  /// word on a stack or in a register counts only for what no variable reaches, for it may be
  /// stale, and goes away by itself.
  std::vector<std::uint64_t> RetainedBytes();

 private:
  void SearchFromRoots();
  /// From the words on stacks that are the user's local variables: any of them tells more than the
  /// registers that a blocked call has saved below. Takes them out of `roots`.
  void SearchFromLocals(std::vector<std::uint32_t>* roots);
  HeldFrom PhaseOf(std::uint32_t root);

  const HeapSnapshot& snapshot_;
  RootHolders holders_;
  BlockTypes block_types_;
  ShortestPaths paths_;
  RetentionTree tree_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_HEAP_VIEW_H_
