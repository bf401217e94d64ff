// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "runner/parse/heap_snapshot.h"
#include "tests/unit/parse/flipped_payloads.h"
#include "tests/unit/parse/snapshot_bytes.h"

namespace memprof {
namespace {

/// What is damaged is no snapshot at all, and says so in a sentence with a cause.
void ExpectDamaged(std::string_view bytes, std::string_view what,
                   const RecordedSnapshot& entry = SampleSnapshotEntry()) {
  const Result<HeapSnapshot> parsed = ParseCopy(bytes, entry);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kDamaged);
  EXPECT_NE(parsed.error().message.find(what), std::string::npos) << parsed.error().message;
  EXPECT_NE(parsed.error().hint.find("killed while it was written"), std::string::npos);
}

TEST(HeapSnapshot, WithoutItsEndItIsDamaged) {
  ExpectDamaged(SampleSnapshot().WithoutEnd(), "its end is missing");
}

TEST(HeapSnapshot, WithoutTheMarkBehindItsEndItIsWhole) {
  std::string bytes = SampleSnapshot().Done();
  bytes.resize(bytes.size() - sizeof(record::RecordHeader));
  EXPECT_TRUE(ParseCopy(bytes).ok());
}

TEST(HeapSnapshot, OfAnotherNumberOrIterationItIsNotTheOne) {
  RecordedSnapshot entry = SampleSnapshotEntry();
  entry.what.number = 4;
  ExpectDamaged(SampleSnapshot().Done(),
                "is number 3 of iteration 7, and the record speaks of 4 of 7", entry);
  entry = SampleSnapshotEntry();
  entry.what.iteration = 8;
  ExpectDamaged(SampleSnapshot().Done(), "the record speaks of 3 of 8", entry);
}

TEST(HeapSnapshot, TotalsThatDisagreeAreDamage) {
  for (std::uint64_t record::SnapshotEnd::*total :
       {&record::SnapshotEnd::blocks, &record::SnapshotEnd::edges, &record::SnapshotEnd::roots}) {
    SnapshotBytes bytes = SampleSnapshot();
    ++(bytes.end().*total);
    ExpectDamaged(bytes.Done(), "has 4 blocks, 2 edges and 3 roots, and its end says");
  }
}

TEST(HeapSnapshot, ANewerMajorVersionIsRefused) {
  const Result<HeapSnapshot> parsed = ParseCopy(RecordBytes(2, 0).Done());
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().kind, ErrorKind::kUnsupported);
}

TEST(HeapSnapshot, TypesOfANewerMinorVersionAreSkipped) {
  SnapshotBytes bytes = SampleSnapshot();
  bytes.Add(999, Of(std::uint64_t{1}));
  EXPECT_TRUE(ParseCopy(bytes.Done()).ok());
}

TEST(HeapSnapshot, CutAtEveryByteItIsDamaged) {
  const std::string bytes = SampleSnapshot().Done();
  const std::size_t whole = bytes.size() - sizeof(record::RecordHeader);
  for (std::size_t length = 0; length < whole; ++length) {
    const Result<HeapSnapshot> parsed = ParseCopy(std::string_view(bytes).substr(0, length));
    ASSERT_FALSE(parsed.ok()) << length;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kDamaged) << length;
  }
}

/// Every number is within bounds and every order kept, so that nobody has to check again.
void ExpectSound(const HeapSnapshot& snapshot) {
  const std::size_t blocks = snapshot.blocks.size();
  for (std::size_t i = 0; i < blocks; ++i) {
    EXPECT_TRUE(snapshot.blocks[i].origin < 3 || snapshot.blocks[i].origin == kNoOrigin);
    EXPECT_TRUE(i == 0 || snapshot.blocks[i - 1].address < snapshot.blocks[i].address);
  }
  EXPECT_EQ(snapshot.weak_bits.size(), snapshot.weak_edges.size());
  for (const auto* edges : {&snapshot.edges, &snapshot.weak_edges}) {
    for (std::size_t i = 0; i < edges->size(); ++i) {
      const record::HeapEdge& edge = (*edges)[i];
      EXPECT_TRUE(edge.from < blocks && edge.to < blocks);
      if (i == 0) continue;
      const record::HeapEdge& last = (*edges)[i - 1];
      EXPECT_LE(std::pair(last.from, last.from_offset), std::pair(edge.from, edge.from_offset));
    }
  }
  for (const record::RootWord& root : snapshot.roots) {
    EXPECT_LT(root.block, blocks);
    EXPECT_TRUE(root.kind >= record::kRootData && root.kind <= record::kRootMapping);
    if (root.kind != record::kRootData && root.kind != record::kRootMapping) {
      EXPECT_LT(root.thread, snapshot.threads.size());
    }
  }
  for (const record::ImageWord& word : snapshot.image_words) EXPECT_LT(word.block, blocks);
}

TEST(HeapSnapshot, EveryByteFlippedIsNoticedOrHarmless) {
  const std::string bytes = SampleSnapshot().Done();
  int unnoticed = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int pattern : {0x01, 0x41, 0x80, 0xff}) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ pattern);
      const Result<HeapSnapshot> parsed = ParseCopy(damaged);
      if (!parsed.ok()) continue;
      ExpectSound(*parsed);
      ++unnoticed;
    }
  }
  // The header's pid and reserved bytes, at most 7 bytes of padding behind each of 15 records, and
  // the mark behind the end.
  EXPECT_LE(unnoticed, 4 * (44 + 7 * 15 + 16));
}

/// The checksum keeps damage out of the fields; a writer that is wrong is not kept out by it.
TEST(HeapSnapshot, EveryByteOfAPayloadFlippedUnderAChecksumThatFitsIsHarmless) {
  const std::string bytes = SampleSnapshot().Done();
  ForEachFlippedPayload(bytes, [](const std::string& damaged, std::size_t) {
    const Result<HeapSnapshot> parsed = ParseCopy(damaged);
    if (parsed.ok()) ExpectSound(*parsed);
  });
}

struct LieCase {
  const char* name;
  std::uint16_t type;
  Payload payload;
};

class SnapshotLie : public testing::TestWithParam<LieCase> {};

TEST_P(SnapshotLie, IsDamage) {
  SnapshotBytes bytes = SampleSnapshot();
  bytes.Add(GetParam().type, GetParam().payload);
  // As a writer would count that believes it.
  const auto count = [&](std::uint16_t type) { return GetParam().type == type ? 1u : 0u; };
  bytes.end().blocks += count(record::kSnapshotBlocks);
  bytes.end().edges += count(record::kSnapshotEdges);
  bytes.end().roots += count(record::kSnapshotRoots);
  ExpectDamaged(bytes.Done(), "contradicts itself");
}

/// A payload that says it holds more than it does: no room may be made for that.
Payload FourBillion() {
  Payload payload;
  payload.Struct(0xffffffffu).Struct(1u).Struct(std::uint64_t{1}).Struct(std::uint64_t{2});
  return payload;
}

Payload ThreadPayload(const record::SnapshotThread& thread) {
  Payload payload = Of(thread);
  payload.Text("t");
  return payload;
}

Payload Root(const record::RootWord& root) { return ArrayPayload<record::RootWord>({root}); }
Payload Edge(const record::HeapEdge& edge) { return ArrayPayload<record::HeapEdge>({edge}, 1); }

INSTANTIATE_TEST_SUITE_P(
    HeapSnapshot, SnapshotLie,
    testing::Values(
        LieCase{"StartTwice", record::kSnapshotStart, Of(record::SnapshotStart{3, 7, 1, 2})},
        LieCase{"ThreadOutOfTurn", record::kSnapshotThread, ThreadPayload({3, 0, 1, 0, 0, 0})},
        LieCase{"ThreadInNoState", record::kSnapshotThread, ThreadPayload({2, 0, 3, 0, 0, 0})},
        LieCase{"StackEndsBeforeItsBegin", record::kSnapshotThread,
                ThreadPayload({2, 0, 1, 0, 9, 8})},
        LieCase{"FramesOfNoThread", record::kSnapshotFrames, Of(record::SnapshotFrames{2, 0})},
        LieCase{"FourBillionFrames", record::kSnapshotFrames,
                Of(record::SnapshotFrames{1, 0xffffffff})},
        LieCase{"ThreadLocalOfNoThread", record::kSnapshotThreadLocal,
                Of(record::SnapshotThreadLocal{2, 0, 0, 0, 0})},
        LieCase{"ThreadLocalEndsBeforeItsBegin", record::kSnapshotThreadLocal,
                Of(record::SnapshotThreadLocal{1, 0, 0, 9, 8})},
        LieCase{"FourBillionBlocks", record::kSnapshotBlocks, FourBillion()},
        LieCase{"FourBillionRoots", record::kSnapshotRoots, FourBillion()},
        LieCase{"FourBillionEdges", record::kSnapshotEdges, FourBillion()},
        LieCase{"FourBillionWeakEdges", record::kSnapshotWeakEdges, FourBillion()},
        LieCase{"FourBillionImageWords", record::kSnapshotImageWords, FourBillion()},
        LieCase{"ArrayWithoutItsCount", record::kSnapshotEdges, Of(1u)},
        LieCase{"BlockTwice", record::kSnapshotBlocks,
                ArrayPayload<record::HeapBlock>({{0x10300, 8, 0, 0}})},
        LieCase{"RootOfNoBlock", record::kSnapshotRoots,
                Root({0, 4, 0, record::kRootData, 0, 0, 0})},
        LieCase{"RootOfNoKind", record::kSnapshotRoots, Root({0, 0, 0, 0, 0, 0, 0})},
        LieCase{"RootOfANewKind", record::kSnapshotRoots, Root({0, 0, 0, 6, 0, 0, 0})},
        LieCase{"RootOfNoThread", record::kSnapshotRoots,
                Root({0, 0, 0, record::kRootStack, 2, 0, 0})},
        LieCase{"RootWeakInNoWay", record::kSnapshotRoots,
                Root({0, 0, 0, record::kRootData, 0, 4, 0})},
        LieCase{"EdgeOfNoBlock", record::kSnapshotEdges, Edge({4, 0, 0, 0})},
        LieCase{"EdgeToNoBlock", record::kSnapshotEdges, Edge({2, 4, 0, 0})},
        LieCase{"EdgeOfAnEarlierBlock", record::kSnapshotEdges, Edge({0, 1, 99, 0})},
        LieCase{"EdgeOfAnEarlierOffset", record::kSnapshotEdges, Edge({1, 0, 8, 0})},
        LieCase{"WeakEdgeOfAnEarlierOffset", record::kSnapshotWeakEdges, Edge({2, 0, 8, 0})},
        LieCase{"WeakEdgeToNoBlock", record::kSnapshotWeakEdges, Edge({2, 4, 99, 0})},
        LieCase{"WeakEdgeThatIsNotWeak", record::kSnapshotWeakEdges,
                ArrayPayload<record::HeapEdge>({{3, 0, 0, 0}}, 0)},
        LieCase{"WeakEdgeInANewWay", record::kSnapshotWeakEdges,
                ArrayPayload<record::HeapEdge>({{3, 0, 0, 0}}, 4)},
        LieCase{"ImageWordOfNoBlock", record::kSnapshotImageWords,
                ArrayPayload<record::ImageWord>({{4, 0, 0}})},
        LieCase{"ImageWordOfAnEarlierBlock", record::kSnapshotImageWords,
                ArrayPayload<record::ImageWord>({{0, 8, 0}})},
        LieCase{"EndOfNoState", record::kSnapshotEnd, Of(record::SnapshotEnd{4, 2, 3, 0, 3, 0})}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HeapSnapshot, BeforeItsStartNothingMayStand) {
  RecordBytes bytes;
  bytes.Add(record::kSnapshotBlocks, ArrayPayload<record::HeapBlock>({{16, 8, 0, 0}}))
      .Add(record::kSnapshotEnd, Of(record::SnapshotEnd{1, 0, 0, 0, 0, 0}));
  ExpectDamaged(bytes.Done(), "contradicts itself");
}

}  // namespace
}  // namespace memprof
