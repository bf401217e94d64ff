// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_HEAP_SNAPSHOT_H_
#define MEMPROF_RUNNER_PARSE_HEAP_SNAPSHOT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "runner/base/result.h"
#include "runner/parse/record_file.h"

namespace memprof {

struct SnapshotThreadLocalArea {
  std::uint64_t module_begin = 0;  ///< RecordedModule::begin
  std::uint64_t begin = 0;         ///< [begin, end) of the module's variables in this thread
  std::uint64_t end = 0;
};

struct SnapshotThread {
  std::uint32_t tid = 0;
  record::ThreadState state = record::kThreadParked;
  std::string name;
  std::uint64_t stack_begin = 0;
  std::uint64_t stack_end = 0;
  std::vector<record::StackFrame> frames;  ///< innermost first; empty when it was not unwound
  std::vector<SnapshotThreadLocalArea> thread_locals;
};

inline constexpr std::uint32_t kNoOrigin = UINT32_MAX;

/// A heap snapshot: live blocks, and what points to what. Blocks are numbered as they stand.
struct HeapSnapshot {
  std::uint32_t number = 0;
  std::uint32_t iteration = 0;
  std::uint32_t module_epoch = 0;
  /// Why what seems unreachable may not be: a clause. Empty when everything was seen.
  std::string why_partial;
  std::vector<SnapshotThread> threads;
  /// By address. `origin` is an index into RecordedTrace::origins, or kNoOrigin.
  std::vector<record::HeapBlock> blocks;
  std::vector<record::HeapEdge> edges;         ///< plain pointers, by `from` and `from_offset`
  std::vector<record::HeapEdge> weak_edges;    ///< the same order
  std::vector<std::uint8_t> weak_bits;         ///< record::WeakBits of each of `weak_edges`
  std::vector<record::RootWord> roots;         ///< plain and weak ones
  std::vector<record::ImageWord> image_words;  ///< by block and offset

  bool whole() const { return why_partial.empty(); }
};

/// Reads a snapshot's file with the record that it belongs to: `snapshot` is the record's entry for
/// it. Half a snapshot would call lost what the other half refers to, so there is none. All numbers
/// in what is returned are within bounds, and all orders as above. Makes room for what the file
/// holds and no more. Errors: kDamaged when the bytes are no snapshot, another one, cut off, or
/// contradict themselves; kUnsupported for a newer major version.
Result<HeapSnapshot> ParseHeapSnapshot(std::string_view bytes, const RecordedSnapshot& snapshot,
                                       const RecordedTrace& trace);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_HEAP_SNAPSHOT_H_
