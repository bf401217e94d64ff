// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <tuple>

#include "runner/parse/heap_snapshot.h"
#include "runner/parse/record_sequence.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

/// The record's entry for the file: of the number and the iteration that it begins with.
RecordedSnapshot EntryOf(std::string_view input) {
  RecordedSnapshot entry;
  Result<RecordSequence> opened = RecordSequence::Open(input);
  if (!opened) return entry;
  const std::optional<RawRecord> first = opened.value().Next();
  record::SnapshotStart start;
  if (!first || first->payload.size() < sizeof(start)) return entry;
  std::memcpy(&start, first->payload.data(), sizeof(start));
  entry.what.number = start.number;
  entry.what.iteration = start.iteration;
  return entry;
}

RecordedTrace TraceOfThreeOrigins() {
  RecordedTrace trace;
  trace.origins.resize(3);
  trace.origin_numbers = {10, 4, 5};
  return trace;
}

void ExpectEdges(const std::vector<record::HeapEdge>& edges, std::size_t blocks) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const record::HeapEdge& edge = edges[i];
    MEMPROF_FUZZ_EXPECT(edge.from < blocks && edge.to < blocks);
    if (i == 0) continue;
    const record::HeapEdge& before = edges[i - 1];
    MEMPROF_FUZZ_EXPECT(std::tie(before.from, before.from_offset) <=
                        std::tie(edge.from, edge.from_offset));
  }
}

}  // namespace

MEMPROF_FUZZ(heap_snapshot) {
  const RecordedTrace trace = TraceOfThreeOrigins();
  const Result<HeapSnapshot> snapshot = ParseHeapSnapshot(input, EntryOf(input), trace);
  if (!snapshot) {
    MEMPROF_FUZZ_EXPECT(snapshot.error().kind == ErrorKind::kDamaged ||
                        snapshot.error().kind == ErrorKind::kUnsupported);
    MEMPROF_FUZZ_EXPECT(!snapshot.error().message.empty());
    return;
  }
  const std::size_t blocks = snapshot->blocks.size();
  for (std::size_t i = 0; i < blocks; ++i) {
    const record::HeapBlock& block = snapshot->blocks[i];
    MEMPROF_FUZZ_EXPECT(block.origin == kNoOrigin || block.origin < trace.origins.size());
    MEMPROF_FUZZ_EXPECT(i == 0 || snapshot->blocks[i - 1].address < block.address);
  }
  ExpectEdges(snapshot->edges, blocks);
  ExpectEdges(snapshot->weak_edges, blocks);
  MEMPROF_FUZZ_EXPECT(snapshot->weak_bits.size() == snapshot->weak_edges.size());
  for (const std::uint8_t bits : snapshot->weak_bits) MEMPROF_FUZZ_EXPECT(bits >= 1 && bits <= 3);
  for (const record::RootWord& root : snapshot->roots) {
    MEMPROF_FUZZ_EXPECT(root.block < blocks);
    const bool of_thread = root.kind != record::kRootData && root.kind != record::kRootMapping;
    MEMPROF_FUZZ_EXPECT(!of_thread || root.thread < snapshot->threads.size());
  }
  for (const record::ImageWord& word : snapshot->image_words) {
    MEMPROF_FUZZ_EXPECT(word.block < blocks);
  }
  for (const SnapshotThread& thread : snapshot->threads) {
    MEMPROF_FUZZ_EXPECT(thread.stack_begin <= thread.stack_end);
  }
}

}  // namespace memprof
