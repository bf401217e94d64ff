// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_BLOCK_TYPES_H_
#define MEMPROF_RUNNER_ANALYZE_BLOCK_TYPES_H_

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "runner/analyze/member_path.h"
#include "runner/analyze/program_types.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// What one block holds.
struct TypedBlock {
  TypeId type = kNoType;
  bool is_array = false;
  bool has_count = false;  ///< the number of elements precedes them, as `new T[n]` stores it

  /// Where within an object of the type, or an element, `offset` bytes into the block are.
  std::uint64_t WithinType(std::uint64_t offset) const {
    return has_count && offset >= 8 ? offset - 8 : offset;
  }
  bool operator==(const TypedBlock&) const = default;
};

/// The types of a snapshot's blocks: from their virtual tables, from the stacks that allocated
/// them, and from what points to them. A type that does not fit the block's size is dropped, for
/// stacks tell what was asked for and not what an allocator of the user's made of it.
///
/// Only blocks that are asked for are looked at; the program is asked once for each stack and each
/// virtual table.
class BlockTypes {
 public:
  /// All must outlive the object.
  BlockTypes(const HeapSnapshot& snapshot, const RecordedTrace& trace, ProgramTypes& types);

  /// By the block itself and the stack that made it. kNoType when neither tells.
  TypedBlock Of(std::uint32_t block);

  /// By a pointer at `place` to `to_offset` of the block. A heuristic: a pointer to a base class or
  /// into a pool is told from one to an object by the block's size alone.
  TypedBlock FromPointer(std::uint32_t block, std::uint64_t to_offset, const MemberPlace& place);

  /// Of the block's allocation: an index into RecordedTrace::stacks, 0 when unknown.
  std::uint32_t StackOf(std::uint32_t block) const;

 private:
  TypeId FromVirtualTable(std::uint32_t block);
  const BlockType& AllocatedBy(std::uint32_t stack);
  std::optional<TypedBlock> Fitting(TypeId type, bool is_array, std::uint64_t bytes);
  bool EndsInFlexibleArray(const TypeInfo& info);

  const HeapSnapshot& snapshot_;
  const RecordedTrace& trace_;
  ProgramTypes& types_;
  std::vector<std::uint32_t> first_word_;  ///< by block: its word at offset 0, or kNoWord
  std::vector<std::optional<BlockType>> by_stack_;
  std::unordered_map<std::uint64_t, TypeId> by_table_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_BLOCK_TYPES_H_
