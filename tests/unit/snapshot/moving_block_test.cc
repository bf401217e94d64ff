// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/trace/trace.h"
#include "tests/unit/snapshot/taken_snapshot.h"

// A snapshot that comes while a block is being reallocated.
namespace memprof {
namespace {

decltype(g_heap.realloc) g_real;
std::unique_ptr<TakenSnapshot> g_taken;
void** g_grown;

// The allocator's, with a snapshot in it.
void* ReallocWithSnapshot(void* block, size_t bytes) {
  g_heap.realloc = g_real;
  g_taken = std::make_unique<TakenSnapshot>();
  return g_real(block, bytes);
}

__attribute__((noinline)) Hidden MakeHeldBy(void** place) {
  void* const block = calloc(1, 1000);
  *place = block;
  return Hide(block);
}

TEST(MovingBlock, HoldsWhatItHeld) {
  g_grown = static_cast<void**>(calloc(100, sizeof(void*)));
  const Hidden block = MakeHeldBy(&g_grown[50]);
  const Hidden place = Hide(g_grown);
  g_real = std::exchange(g_heap.realloc, &ReallocWithSnapshot);
  g_grown = static_cast<void**>(realloc(g_grown, 200 * sizeof(void*)));
  ASSERT_NE(g_taken, nullptr);
  const uint32_t number = g_taken->Find(place);
  ASSERT_NE(number, UINT32_MAX) << "the block that moves is missing";
  EXPECT_EQ(g_taken->heap.blocks[number].bytes, 100 * sizeof(void*));
  EXPECT_TRUE(g_taken->Reaches(place));
  EXPECT_TRUE(g_taken->Reaches(block)) << g_taken->WhatHolds(block);
  g_taken.reset();
  free(g_grown[50]);
  free(g_grown);
}

// In the middle of the block, for what is freed has the allocator's links in its first words.
TEST(MovingBlock, LosesNothingWhereAThreadDoesNothingElse) {
  constexpr size_t kWords = 400;
  auto** const first = static_cast<void**>(calloc(kWords, sizeof(void*)));
  const Hidden block = MakeHeldBy(&first[kWords / 2]);
  std::atomic<bool> stop{false};
  std::thread mover([&stop, grown = first]() mutable {
    for (size_t i = 0; !stop; ++i) {
      grown = static_cast<void**>(realloc(grown, (kWords + i % 8 * 100) * sizeof(void*)));
    }
    free(grown[kWords / 2]);
    free(grown);
  });
  int lost = 0;
  for (int i = 0; i < 60; ++i) lost += TakenSnapshot().Reaches(block) ? 0 : 1;
  stop = true;
  mover.join();
  EXPECT_EQ(lost, 0);
}

TEST(MovingBlock, IsKnownByNeitherPlaceOnceItHasMoved) {
  ThreadTrace::Moving moving;
  void* block = realloc(malloc(10), 100000);
  EXPECT_FALSE(NextMovingBlock(0, &moving));
  EXPECT_EQ(realloc(block, SIZE_MAX / 4), nullptr);  // it stays
  EXPECT_FALSE(NextMovingBlock(0, &moving));
  EXPECT_NE(g_tables.blocks.Get(block), 0u);
  free(block);
}

TEST(MovingBlock, IsTakenOnceByASnapshotWhereItIsInTheTableToo) {
  ASSERT_NE(t_trace, nullptr);
  void* const block = malloc(500);
  void* const other = malloc(700);
  // What a stop between two stores would find: the block still in the table, and a stale place
  // within another block.
  t_trace->moved_to = {block, 500, 1};
  t_trace->moved_from = {static_cast<char*>(other) + 32, 100, 1};
  {
    const TakenSnapshot taken;
    int count = 0;
    for (const auto& each : taken.heap.blocks) {
      count += each.address == reinterpret_cast<uintptr_t>(block);
      EXPECT_NE(each.address, reinterpret_cast<uintptr_t>(other) + 32);
    }
    EXPECT_EQ(count, 1);
  }
  t_trace->moved_to.block = t_trace->moved_from.block = nullptr;
  free(other);
  free(block);
}

}  // namespace
}  // namespace memprof
