// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "runner/parse/peak_contents.h"
#include "runner/parse/record_sequence.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {
namespace {

RecordedPeakContents EntryOf(std::string_view input) {
  RecordedPeakContents entry;
  Result<RecordSequence> opened = RecordSequence::Open(input);
  if (!opened) return entry;
  const std::optional<RawRecord> first = opened.value().Next();
  record::ContentsStart start;
  if (!first || first->payload.size() < sizeof(start)) return entry;
  std::memcpy(&start, first->payload.data(), sizeof(start));
  entry.what.number = start.number;
  return entry;
}

}  // namespace

MEMPROF_FUZZ(peak_contents) {
  RecordedTrace trace;
  trace.stacks.resize(2);
  trace.origins = {{0, 1, 0, 0}, {1, 0, 0, 0}};
  trace.origin_numbers = {10, 4};
  const Result<PeakContentsFile> contents = ParsePeakContents(input, EntryOf(input), trace);
  if (!contents) {
    MEMPROF_FUZZ_EXPECT(contents.error().kind == ErrorKind::kDamaged ||
                        contents.error().kind == ErrorKind::kUnsupported);
    MEMPROF_FUZZ_EXPECT(!contents.error().message.empty());
    return;
  }
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  for (const EqualBlocks& group : contents->groups) {
    MEMPROF_FUZZ_EXPECT(group.stack < trace.stacks.size() && group.blocks >= 2);
    std::uint64_t product = 0;
    MEMPROF_FUZZ_EXPECT(!__builtin_mul_overflow(group.blocks, group.bytes, &product));
    MEMPROF_FUZZ_EXPECT(!__builtin_add_overflow(blocks, group.blocks, &blocks));
    MEMPROF_FUZZ_EXPECT(!__builtin_add_overflow(bytes, product, &bytes));
    for (const char c : group.shown) MEMPROF_FUZZ_EXPECT(c >= 0x20 && c <= 0x7e);
  }
  MEMPROF_FUZZ_EXPECT(blocks <= contents->blocks);
}

}  // namespace memprof
