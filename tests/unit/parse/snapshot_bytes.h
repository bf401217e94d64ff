// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_PARSE_SNAPSHOT_BYTES_H_
#define MEMPROF_TESTS_UNIT_PARSE_SNAPSHOT_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runner/parse/heap_snapshot.h"
#include "tests/unit/parse/record_bytes.h"

namespace memprof {

/// The payload of an array: its count, the reserved word, and the values.
template <class T>
Payload ArrayPayload(const std::vector<T>& values, std::uint32_t reserved = 0) {
  Payload payload;
  payload.Struct(static_cast<std::uint32_t>(values.size())).Struct(reserved);
  for (const T& value : values) payload.Struct(value);
  return payload;
}

/// Writes a heap snapshot's file by hand. The order of the calls is that of the records.
class SnapshotBytes {
 public:
  explicit SnapshotBytes(std::uint32_t number = 0, std::uint32_t iteration = 0,
                         std::uint32_t module_epoch = 0, std::uint32_t threads = 1) {
    bytes_.Add(record::kSnapshotStart,
               Of(record::SnapshotStart{number, iteration, module_epoch, threads}));
  }

  /// Numbered from 0 in the order they come.
  SnapshotBytes& Thread(std::uint32_t tid, record::ThreadState state, std::string_view name,
                        std::uint64_t stack_begin, std::uint64_t stack_end) {
    Payload payload = Of(record::SnapshotThread{threads_++, tid, state, 0, stack_begin, stack_end});
    payload.Text(name);
    return Add(record::kSnapshotThread, payload);
  }
  SnapshotBytes& Frames(std::uint32_t thread, const std::vector<record::StackFrame>& frames) {
    Payload payload = Of(record::SnapshotFrames{thread, static_cast<std::uint32_t>(frames.size())});
    for (const record::StackFrame& frame : frames) payload.Struct(frame);
    return Add(record::kSnapshotFrames, payload);
  }
  SnapshotBytes& ThreadLocal(std::uint32_t thread, std::uint64_t module_begin, std::uint64_t begin,
                             std::uint64_t end) {
    return Add(record::kSnapshotThreadLocal,
               Of(record::SnapshotThreadLocal{thread, 0, module_begin, begin, end}));
  }
  SnapshotBytes& Blocks(const std::vector<record::HeapBlock>& blocks) {
    end_.blocks += blocks.size();
    return Add(record::kSnapshotBlocks, ArrayPayload(blocks));
  }
  SnapshotBytes& Roots(const std::vector<record::RootWord>& roots) {
    end_.roots += roots.size();
    return Add(record::kSnapshotRoots, ArrayPayload(roots));
  }
  SnapshotBytes& Edges(const std::vector<record::HeapEdge>& edges) {
    end_.edges += edges.size();
    return Add(record::kSnapshotEdges, ArrayPayload(edges));
  }
  SnapshotBytes& WeakEdges(std::uint32_t weak_bits, const std::vector<record::HeapEdge>& edges) {
    return Add(record::kSnapshotWeakEdges, ArrayPayload(edges, weak_bits));
  }
  SnapshotBytes& ImageWords(const std::vector<record::ImageWord>& words) {
    return Add(record::kSnapshotImageWords, ArrayPayload(words));
  }
  /// Any record; the totals at the end do not count it.
  SnapshotBytes& Add(std::uint16_t type, const Payload& payload) {
    bytes_.Add(type, payload);
    return *this;
  }

  /// What the end will say, for the caller to change: the totals are those of the calls so far.
  record::SnapshotEnd& end() { return end_; }

  /// The whole file, with its end.
  std::string Done() const {
    RecordBytes bytes = bytes_;
    return bytes.Add(record::kSnapshotEnd, Of(end_)).Done();
  }
  /// The file of a process that was killed before it wrote the end.
  std::string WithoutEnd() const { return bytes_.Done(); }

 private:
  RecordBytes bytes_;
  record::SnapshotEnd end_ = {};
  std::uint32_t threads_ = 0;
};

/// Snapshot 3 of iteration 7, with each type of record. Of the origins, 4 and 10 are
/// TraceRecord()'s.
///
///     data 0x5008 ──► 0 ──► 1 ◄── register 3 of thread 1      2 ┄┄ weak ┄┄► 0, 1
///                     ▲_____│
inline SnapshotBytes SampleSnapshot() {
  SnapshotBytes bytes(3, 7, 1, 2);
  bytes.Thread(100, record::kThreadCaller, "main", 0x7000, 0x8000)
      .Frames(0, {{0x2010, 0x7010}, {0x2020, 0x7020}})
      .ThreadLocal(0, 0x2000, 0x9000, 0x9100)
      .Thread(101, record::kThreadParked, "worker", 0xa000, 0xb000)
      .Blocks({{0x10000, 100, 10, 0}, {0x10100, 24, 4, 0}})
      .Blocks({{0x10200, 0, 99, 0}, {0x10300, 8, 0, 0}})
      .Roots({{0x5008, 0, 0, record::kRootData, 0, 0, 0}})
      .Edges({{0, 1, 8, 0}})
      .WeakEdges(record::kWeakHighTag, {{2, 0, 0, 0}, {2, 1, 16, 0}})
      .ImageWords({{0, 0, 0x2100}, {1, 0, 0x2200}})
      .Edges({{1, 0, 16, 96}})
      .WeakEdges(record::kWeakPastEnd, {{2, 1, 8, 24}})
      .Roots({{3, 1, 0, record::kRootRegister, 1, 0, 0},
              {0x7008, 3, UINT32_MAX, record::kRootStack, 0, record::kWeakPastEnd, 0}});
  return bytes;
}

/// What the record says of it.
inline RecordedSnapshot SampleSnapshotEntry() {
  return {{3, 7, record::kSnapshotWhole, 2, 2, 1, 1000}, ""};
}

/// The origins of TraceRecord(): 10, 4 and 5 are 0, 1 and 2.
inline RecordedTrace SnapshotTrace() {
  RecordedTrace trace;
  trace.origins.resize(3);
  trace.origin_numbers = {10, 4, 5};
  return trace;
}

/// Reads a copy of exactly its size, so that a sanitizer sees a read past its end.
inline Result<HeapSnapshot> ParseCopy(std::string_view bytes,
                                      const RecordedSnapshot& entry = SampleSnapshotEntry()) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  return ParseHeapSnapshot(std::string_view(exact.data(), exact.size()), entry, SnapshotTrace());
}

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_PARSE_SNAPSHOT_BYTES_H_
