// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_SHORTEST_PATHS_H_
#define MEMPROF_RUNNER_ANALYZE_SHORTEST_PATHS_H_

#include <cstdint>
#include <vector>

#include "runner/analyze/heap_graph.h"
#include "runner/parse/heap_snapshot.h"

namespace memprof {

/// What keeps a block, from what people can change to what they can't. What an earlier phase
/// reaches is left to it.
enum class HeldFrom : std::uint8_t {
  kNothing,
  kUserVariable,
  kOtherData,  ///< of libraries and of GoogleTest, and data without names
  kMapping,
  kStack,
  kRegister,
  kWeakWord,  ///< through at least one word that may be no pointer
};

/// For each block the shortest chain of pointers to it from outside the heap: a forest over the
/// blocks, searched in breadth, one phase after the other. Which of several shortest ones follows
/// from the order of roots and edges alone, so that it is the same each time.
class ShortestPaths {
 public:
  enum class Via : std::uint8_t { kNone, kRoot, kEdge, kWeakEdge };

  /// What points to a block on its path.
  struct Link {
    Via via = Via::kNone;
    std::uint32_t index = 0;  ///< into the snapshot's roots, edges or weak edges
  };

  /// `snapshot` must outlive the object.
  explicit ShortestPaths(const HeapSnapshot& snapshot);

  /// Searches on from the plain root words with these numbers. Phases must come in the order of
  /// HeldFrom.
  void Search(HeldFrom phase, const std::vector<std::uint32_t>& roots);

  /// At last: from weak root words, and through weak edges of what was reached.
  void SearchWeak();

  HeldFrom PhaseOf(std::uint32_t block) const { return phase_[block]; }
  bool IsReached(std::uint32_t block) const { return phase_[block] != HeldFrom::kNothing; }
  Link LinkTo(std::uint32_t block) const { return {via_[block], index_[block]}; }

  /// The block that points to this one; kNoNode when a root word does, or nothing.
  std::uint32_t ParentOf(std::uint32_t block) const;

  /// Where the word that points to the block lies: in its parent. Only for blocks with one.
  const record::HeapEdge& EdgeTo(std::uint32_t block) const;

  /// The plain edges of a block: numbers [FirstEdge(block), FirstEdge(block + 1)).
  std::uint32_t FirstEdge(std::uint32_t block) const { return first_edge_[block]; }

 private:
  void Reach(std::uint32_t block, HeldFrom phase, Via via, std::uint32_t index);
  void FollowWeakEdges(std::uint32_t block);
  void Drain(HeldFrom phase);

  const HeapSnapshot& snapshot_;
  std::vector<std::uint32_t> first_edge_;
  std::vector<std::uint32_t> index_;
  std::vector<HeldFrom> phase_;
  std::vector<Via> via_;
  std::vector<std::uint32_t> queue_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_SHORTEST_PATHS_H_
