// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_ALLOCATED_TYPE_H_
#define MEMPROF_RUNNER_ANALYZE_ALLOCATED_TYPE_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/analyze/program_types.h"
#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// What the blocks of a stack hold, for people: "Session", "int[]", "Dog or Cat". It exists because
/// a list of objects is read by type, and a record has sizes alone.
///
/// The stack tells what was asked for. Where it does not, or the sizes of what it allocated say
/// that it was something else, the virtual tables of those of its blocks that the last snapshot has
/// do, if each of them has one. What neither tells is not guessed.
class AllocatedTypes {
 public:
  /// All must outlive the object; `snapshot` is the last, null where there is none. `types` must be
  /// ready for addresses of its epoch.
  AllocatedTypes(const RecordedTrace& trace, const HeapSnapshot* snapshot, ProgramTypes& types);

  /// Empty where it is not known. `stack` is an index into RecordedTrace::stacks.
  std::string Of(std::uint32_t stack);

 private:
  std::string ByStack(std::uint32_t stack);
  std::string ByVirtualTables(std::uint32_t stack);
  void ReadVirtualTables();

  const RecordedTrace& trace_;
  const HeapSnapshot* const snapshot_;
  ProgramTypes& types_;
  std::unordered_map<std::uint32_t, const record::Site*> site_of_stack_;
  bool has_read_tables_ = false;
  /// By stack, each once; kNoType where a block has none.
  std::unordered_map<std::uint32_t, std::vector<TypeId>> in_snapshot_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_ALLOCATED_TYPE_H_
