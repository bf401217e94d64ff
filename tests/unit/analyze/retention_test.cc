// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/retention.h"

#include <gtest/gtest.h>

#include "tests/unit/analyze/heap_drawing.h"

namespace memprof {
namespace {

constexpr std::uint64_t kVariable = 0x480000;

struct OneCall : AllocatingProgram {
  TypeId item = types().Class("Item", 16);
  std::uint32_t calls = Call(item);
  OneCall() { types().Global(kVariable, "global"); }
};

TEST(Retention, IsNotMeasuredWithoutSnapshot) {
  OneCall program;
  const SiteRetention retention =
      program.Retention(std::vector<HeapSnapshot>{}, "no thread could be parked")[0];
  EXPECT_FALSE(retention.measured());
  EXPECT_EQ(retention.not_measured, "no thread could be parked");
  EXPECT_EQ(program.Retention(std::vector<HeapSnapshot>{})[0], SiteRetention{});
}

TEST(Retention, IsNotMeasuredWhereTheLastSnapshotHasNoBlockOfTheSite) {
  OneCall program;
  HeapDrawing first(3);
  first.Data(kVariable, first.Block(program.calls, 16));
  const SiteRetention retention = program.Retention({first.Done(), HeapDrawing(7).Done()})[0];
  EXPECT_EQ(retention.not_measured, "the last heap snapshot has none of its blocks");
  EXPECT_TRUE(retention.paths.empty());
}

//   A → B      C
TEST(Retention, CountsWhatNothingHolds) {
  OneCall program;
  HeapDrawing heap;
  const auto a = heap.Block(program.calls, 16);
  const auto b = heap.Block(program.calls, 24);
  heap.Block(program.calls, 32);
  heap.Data(kVariable, heap.Block(program.calls, 16));
  heap.Point(a, 0, b);
  heap.Point(a, 8, a);
  const SiteRetention retention = program.Retention(heap)[0];
  EXPECT_TRUE(retention.measured());
  EXPECT_EQ(retention.blocks, 4);
  EXPECT_EQ(retention.bytes, 88);
  EXPECT_EQ(retention.lost_blocks, 3);
  EXPECT_EQ(retention.lost_bytes, 72);
  EXPECT_EQ(retention.indirect_blocks, 1) << "b; what points to itself is direct";
  EXPECT_FALSE(retention.cycle);
}

TEST(Retention, CallsNothingLostInAPartialSnapshot) {
  OneCall program;
  HeapDrawing heap;
  heap.Block(program.calls, 16);
  heap.MakePartial("a thread could not be parked");
  const SiteRetention retention = program.Retention(heap)[0];
  EXPECT_EQ(retention.why_partial, "a thread could not be parked");
  EXPECT_EQ(retention.blocks, 1);
  EXPECT_EQ(retention.lost_blocks, 0);
  EXPECT_TRUE(retention.paths.empty());
}

//   global ⇢ A → B ⇢ C      ⇢ may be no pointer
TEST(Retention, OfTaggedPointersIsWeakButNotLost) {
  OneCall program;
  HeapDrawing heap;
  const auto a = heap.Block(program.calls, 16);
  const auto b = heap.Block(program.calls, 16);
  const auto c = heap.Block(program.calls, 16);
  heap.Data(kVariable, a, record::kWeakHighTag);
  heap.Point(a, 0, b);
  heap.PointWeakly(b, 0, c, record::kWeakPastEnd);
  const SiteRetention retention = program.Retention(heap)[0];
  EXPECT_EQ(retention.lost_blocks, 0);
  ASSERT_EQ(retention.paths.size(), 2u);
  EXPECT_TRUE(retention.paths[0].is_weak);
  EXPECT_EQ(retention.paths[0].weak_how, "a pointer with tag bits in its upper 16 bits");
  EXPECT_EQ(retention.paths[0].blocks, 2);
  EXPECT_EQ(retention.paths[0].holder.symbol, "global");
  EXPECT_TRUE(retention.paths[1].is_weak);
  EXPECT_EQ(retention.paths[1].blocks, 1);
}

//   global → A ⇢ B ← C     C is lost, but for a plain pointer to B that nobody can follow
TEST(Retention, IsPlainWhereAnyPlainPathLeads) {
  OneCall program;
  HeapDrawing heap;
  const auto a = heap.Block(program.calls, 16);
  const auto b = heap.Block(program.calls, 16);
  heap.Data(kVariable, a);
  heap.PointWeakly(a, 0, b, record::kWeakHighTag);
  const auto c = heap.Block(program.calls, 16);
  heap.Point(c, 0, b);
  const SiteRetention weak = program.Retention(heap)[0];
  EXPECT_EQ(weak.lost_blocks, 1);
  ASSERT_EQ(weak.paths.size(), 2u);
  EXPECT_FALSE(weak.paths[0].is_weak);
  EXPECT_TRUE(weak.paths[1].is_weak);
  heap.Point(a, 8, c);
  const SiteRetention plain = program.Retention(heap)[0];
  EXPECT_EQ(plain.lost_blocks, 0);
  ASSERT_EQ(plain.paths.size(), 1u);
  EXPECT_FALSE(plain.paths[0].is_weak);
}

TEST(Retention, OfWeakWordsInLostBlocksIsNone) {
  OneCall program;
  HeapDrawing heap;
  const auto a = heap.Block(program.calls, 16);
  heap.PointWeakly(a, 0, heap.Block(program.calls, 16), record::kWeakHighTag);
  EXPECT_EQ(program.Retention(heap)[0].lost_blocks, 2);
}

TEST(Retention, GrowsFromSnapshotToSnapshot) {
  OneCall program;
  std::vector<HeapSnapshot> snapshots;
  for (const std::uint32_t iteration : {3u, 7u, 11u}) {
    HeapDrawing heap(iteration);
    // Other blocks, and more of them, at other addresses: only the way to them is the same.
    std::uint32_t last = heap.Block(program.calls, 16);
    heap.Data(kVariable, last);
    for (std::uint32_t i = 0; i < iteration; ++i) {
      const auto next = heap.Block(program.calls, 16);
      heap.Point(last, 0, next);
      last = next;
    }
    snapshots.push_back(heap.Done());
  }
  const SiteRetention retention = program.Retention(snapshots)[0];
  EXPECT_EQ(retention.iterations, (std::vector<int>{3, 7, 11}));
  ASSERT_EQ(retention.paths.size(), 1u);
  const std::vector<std::int64_t> expected = {64, 128, 192};
  EXPECT_EQ(retention.paths[0].bytes_at, expected);
  EXPECT_EQ(retention.paths[0].holder.retained_bytes, expected);
  EXPECT_EQ(retention.blocks, 12);
}

TEST(Retention, IsNoneAtSnapshotsBeforeTheHolderHeldAnything) {
  OneCall program;
  HeapDrawing last(7);
  last.Data(kVariable, last.Block(program.calls, 16));
  const SiteRetention retention = program.Retention({HeapDrawing(3).Done(), last.Done()})[0];
  ASSERT_EQ(retention.paths.size(), 1u);
  EXPECT_EQ(retention.paths[0].bytes_at, (std::vector<std::int64_t>{0, 16}));
  EXPECT_EQ(retention.paths[0].holder.retained_bytes, (std::vector<std::int64_t>{0, 16}));
}

}  // namespace
}  // namespace memprof
