// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <thread>

#include "gtest_plugin/tracker/counters.h"
#include "tests/unit/tracker/counted.h"

namespace memprof {
namespace {

void* volatile g_block = nullptr;
const void* g_transient = nullptr;
int g_calls = 0;
HeapTotals g_totals;

void ReadNow() {
  ++g_calls;
  errno = ENOTTY;
  g_totals = ReadHeapTotals();
}

bool IsTransient(const void* block, std::size_t /*bytes*/) { return block == g_transient; }

/// Asks for the call, makes `body`'s, and says how many blocks less than afterwards there were.
template <class Body>
std::int64_t BlocksMissed(Body body) {
  g_calls = 0;
  CallBeforeNextHeapCall(&ReadNow, &IsTransient);
  body();
  return ReadHeapTotals().live_blocks() - g_totals.live_blocks();
}

TEST(BeforeHeapCall, TheAllocationThatEndsTheWaitingIsNotInTheReading) {
  EXPECT_EQ(BlocksMissed([] { g_block = malloc(100); }), 1);
  EXPECT_EQ(g_calls, 1);
  free(g_block);
}

TEST(BeforeHeapCall, ItComesOnce) {
  BlocksMissed([] {
    for (int i = 0; i < 3; ++i) {
      g_block = malloc(100);
      free(g_block);
    }
  });
  EXPECT_EQ(g_calls, 1);
}

TEST(BeforeHeapCall, ABlockThatIsReleasedIsStillInTheReading) {
  g_block = malloc(100);
  EXPECT_EQ(BlocksMissed([] { free(g_block); }), -1);
  EXPECT_EQ(g_calls, 1);
}

TEST(BeforeHeapCall, TransientBlocksAreGoneFromTheReading) {
  void* const transient = malloc(100);
  g_transient = transient;
  EXPECT_EQ(BlocksMissed([&] {
              free(transient);
              EXPECT_EQ(g_calls, 0);
              g_block = malloc(10);
            }),
            1);
  EXPECT_EQ(g_calls, 1);
  g_transient = nullptr;
  free(g_block);
}

TEST(BeforeHeapCall, AReallocEndsTheWaitingBeforeItIsCounted) {
  g_block = malloc(100);
  const std::int64_t bytes = ReadHeapTotals().live_bytes;
  BlocksMissed([] { g_block = realloc(g_block, 10000); });
  EXPECT_EQ(g_calls, 1);
  EXPECT_EQ(g_totals.live_bytes, bytes);
  free(g_block);
}

TEST(BeforeHeapCall, OtherThreadsDoNotEndTheWaiting) {
  std::thread other;
  bool go = false;
  other = std::thread([&] {
    while (!__atomic_load_n(&go, __ATOMIC_ACQUIRE)) std::this_thread::yield();
    g_block = malloc(100);
    __atomic_store_n(&go, false, __ATOMIC_RELEASE);
  });
  BlocksMissed([&] {
    __atomic_store_n(&go, true, __ATOMIC_RELEASE);
    while (__atomic_load_n(&go, __ATOMIC_ACQUIRE)) std::this_thread::yield();
  });
  EXPECT_EQ(g_calls, 0);
  free(g_block);
  EXPECT_EQ(g_calls, 1);
  other.join();
}

TEST(BeforeHeapCall, ErrnoIsKeptAndCountingGoesOn) {
  CallBeforeNextHeapCall(&ReadNow, &IsTransient);
  errno = 123;
  const Counted made = CountedDuring([] { g_block = malloc(50); });
  EXPECT_EQ(errno, 123);
  EXPECT_EQ(made.allocations, 1u);
  EXPECT_EQ(made.live_bytes, SizeOf(g_block));
  const Counted freed = CountedDuring([] { free(g_block); });
  EXPECT_EQ(freed.frees, 1u);
}

}  // namespace
}  // namespace memprof
