// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/heap_snapshot.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/unit/parse/snapshot_bytes.h"

namespace memprof {
namespace {

template <class T>
std::string BytesOf(const std::vector<T>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
}

TEST(HeapSnapshot, EveryRecordComesBackAndOriginsAreIndices) {
  const Result<HeapSnapshot> parsed = ParseCopy(SampleSnapshot().Done());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->number, 3u);
  EXPECT_EQ(parsed->iteration, 7u);
  EXPECT_EQ(parsed->module_epoch, 1u);
  EXPECT_TRUE(parsed->whole()) << parsed->why_partial;

  ASSERT_EQ(parsed->threads.size(), 2u);
  const SnapshotThread& main = parsed->threads[0];
  EXPECT_EQ(main.tid, 100u);
  EXPECT_EQ(main.state, record::kThreadCaller);
  EXPECT_EQ(main.name, "main");
  EXPECT_EQ(main.stack_begin, 0x7000u);
  EXPECT_EQ(main.stack_end, 0x8000u);
  ASSERT_EQ(main.frames.size(), 2u);
  EXPECT_EQ(main.frames[1].pc, 0x2020u);
  EXPECT_EQ(main.frames[1].cfa, 0x7020u);
  ASSERT_EQ(main.thread_locals.size(), 1u);
  EXPECT_EQ(main.thread_locals[0].module_begin, 0x2000u);
  EXPECT_EQ(main.thread_locals[0].begin, 0x9000u);
  EXPECT_EQ(main.thread_locals[0].end, 0x9100u);
  EXPECT_EQ(parsed->threads[1].name, "worker");
  EXPECT_TRUE(parsed->threads[1].frames.empty());

  EXPECT_EQ(BytesOf(parsed->blocks), BytesOf<record::HeapBlock>({{0x10000, 100, 0, 0},
                                                                 {0x10100, 24, 1, 0},
                                                                 {0x10200, 0, kNoOrigin, 0},
                                                                 {0x10300, 8, kNoOrigin, 0}}));
  EXPECT_EQ(BytesOf(parsed->edges), BytesOf<record::HeapEdge>({{0, 1, 8, 0}, {1, 0, 16, 96}}));
  EXPECT_EQ(BytesOf(parsed->roots),
            BytesOf<record::RootWord>(
                {{0x5008, 0, 0, record::kRootData, 0, 0, 0},
                 {3, 1, 0, record::kRootRegister, 1, 0, 0},
                 {0x7008, 3, UINT32_MAX, record::kRootStack, 0, record::kWeakPastEnd, 0}}));
  EXPECT_EQ(BytesOf(parsed->image_words),
            BytesOf<record::ImageWord>({{0, 0, 0x2100}, {1, 0, 0x2200}}));
}

TEST(HeapSnapshot, WeakEdgesOfSeveralKindsAreSortedTogetherAndKeepTheirKind) {
  const Result<HeapSnapshot> parsed = ParseCopy(SampleSnapshot().Done());
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(BytesOf(parsed->weak_edges),
            BytesOf<record::HeapEdge>({{2, 0, 0, 0}, {2, 1, 8, 24}, {2, 1, 16, 0}}));
  EXPECT_EQ(parsed->weak_bits,
            (std::vector<std::uint8_t>{record::kWeakHighTag, record::kWeakPastEnd,
                                       record::kWeakHighTag}));
}

TEST(HeapSnapshot, MakesRoomForWhatTheFileHoldsAndNoMore) {
  SnapshotBytes bytes = SampleSnapshot();
  bytes.Blocks({{0x10400, 8, 0, 0}})
      .Edges({{2, 3, 24, 0}})
      .Roots({{0, 0, 0, record::kRootData, 0, 0, 0}})
      .ImageWords({{2, 0, 0x2300}});
  const Result<HeapSnapshot> parsed = ParseCopy(bytes.Done());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->blocks.capacity(), parsed->blocks.size());
  EXPECT_EQ(parsed->edges.capacity(), parsed->edges.size());
  EXPECT_EQ(parsed->roots.capacity(), parsed->roots.size());
  EXPECT_EQ(parsed->image_words.capacity(), parsed->image_words.size());
}

TEST(HeapSnapshot, OriginZeroIsUnknownEvenWhereTheRecordDefinesIt) {
  RecordedTrace trace;
  trace.origins.resize(2);
  trace.origin_numbers = {0, 1};
  const std::string bytes = SnapshotBytes().Blocks({{16, 8, 0, 0}, {32, 8, 1, 0}}).Done();
  const Result<HeapSnapshot> parsed = ParseHeapSnapshot(bytes, {}, trace);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->blocks[0].origin, kNoOrigin);
  EXPECT_EQ(parsed->blocks[1].origin, 1u);
}

struct PartialCase {
  const char* name;
  record::SnapshotState recorded;
  const char* why;
  record::ThreadState thread;
  record::SnapshotState scanned;
  std::uint64_t unread;
  const char* wanted;
};

class PartialSnapshot : public testing::TestWithParam<PartialCase> {};

TEST_P(PartialSnapshot, SaysWhy) {
  SnapshotBytes bytes;
  bytes.Thread(1, record::kThreadCaller, "", 0, 0).Thread(2, GetParam().thread, "", 0, 0);
  bytes.end().state = GetParam().scanned;
  bytes.end().unread_bytes = GetParam().unread;
  RecordedSnapshot entry;
  entry.what.state = GetParam().recorded;
  entry.why = GetParam().why;
  const Result<HeapSnapshot> parsed = ParseCopy(bytes.Done(), entry);
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->why_partial, GetParam().wanted);
}

using record::kSnapshotPartial;
using record::kSnapshotWhole;
using record::kThreadParked;
using record::kThreadUnparked;
INSTANTIATE_TEST_SUITE_P(
    HeapSnapshot, PartialSnapshot,
    testing::Values(PartialCase{"Whole", kSnapshotWhole, "", kThreadParked, kSnapshotWhole, 0, ""},
                    PartialCase{"Recorded", kSnapshotPartial, "thread 7 ran on", kThreadUnparked,
                                kSnapshotWhole, 0, "thread 7 ran on"},
                    PartialCase{"RecordedWithoutReason", kSnapshotPartial, "", kThreadParked,
                                kSnapshotWhole, 0,
                                "the test process could not see all of its memory"},
                    PartialCase{"AThreadThatRanOn", kSnapshotWhole, "", kThreadUnparked,
                                kSnapshotWhole, 0, "one thread ran on while it was taken"},
                    PartialCase{"Unread", kSnapshotWhole, "", kThreadParked, kSnapshotPartial, 4096,
                                "4096 bytes of memory could not be read"},
                    PartialCase{"UnreadWithoutNumber", kSnapshotWhole, "", kThreadParked,
                                kSnapshotPartial, 0, "some of the memory could not be read"},
                    PartialCase{"Both", kSnapshotPartial, "thread 7 ran on", kThreadUnparked,
                                kSnapshotPartial, 8,
                                "thread 7 ran on, and 8 bytes of memory could not be read"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HeapSnapshot, HalfAMillionBlocksAreReadInLinearTime) {
  constexpr std::uint32_t kBlocks = 500000;
  constexpr std::uint32_t kAtOnce = 20000;
  SnapshotBytes bytes;
  for (std::uint32_t first = 0; first < kBlocks; first += kAtOnce) {
    std::vector<record::HeapBlock> blocks;
    for (std::uint32_t i = first; i < first + kAtOnce; ++i) blocks.push_back({i * 64, 48, 4, 0});
    bytes.Blocks(blocks);
  }
  for (std::uint32_t first = 0; first < kBlocks; first += kAtOnce) {
    std::vector<record::HeapEdge> edges;
    for (std::uint32_t i = first; i < first + kAtOnce; ++i) {
      for (std::uint32_t offset = 0; offset < 24; offset += 8) {
        edges.push_back({i, (i * 7 + offset) % kBlocks, offset, 0});
      }
    }
    bytes.Edges(edges);
  }
  const std::string file = bytes.Done();
  const auto start = std::chrono::steady_clock::now();
  const Result<HeapSnapshot> parsed = ParseHeapSnapshot(file, {}, SnapshotTrace());
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->edges.size(), 3u * kBlocks);
  // 0.04 s at -O2; the limit leaves room for a loaded machine, a debug build and a sanitizer.
  EXPECT_LT(taken.count(), 5.0);
  RecordProperty("milliseconds", static_cast<int>(taken.count() * 1000));
}

}  // namespace
}  // namespace memprof
