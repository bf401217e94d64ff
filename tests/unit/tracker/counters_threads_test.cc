// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/tracker/counters.h"
#include "tests/unit/tracker/counted.h"

namespace memprof {
namespace {

/// A thread with a small stack: glibc keeps all of those for the next thread, and with them the
/// blocks that it makes for each stack, so that they cancel out.
class SmallThread {
 public:
  using Body = void* (*)(void*);
  void Start(Body body, void* argument) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    ASSERT_EQ(pthread_create(&thread_, &attributes, body, argument), 0);
    pthread_attr_destroy(&attributes);
  }
  void Join() { pthread_join(thread_, nullptr); }

 private:
  pthread_t thread_ = {};
};

/// Lets `count` threads exist at once, so that their stacks are there.
void MakeStacks(int count) {
  static std::atomic<int> waiting;
  waiting = count;
  std::vector<SmallThread> threads(static_cast<std::size_t>(count));
  for (SmallThread& thread : threads) {
    thread.Start(
        [](void*) -> void* {
          --waiting;
          while (waiting > 0) sched_yield();
          free(malloc(1));
          return nullptr;
        },
        nullptr);
  }
  for (SmallThread& thread : threads) thread.Join();
}

std::array<std::atomic<void*>, 256> g_mailboxes;

// Puts blocks where other threads take and free them.
void* ExchangeBlocks(void* seed) {
  auto random = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(seed)) | 1u;
  for (int i = 0; i < 2000; ++i) {
    random = random * 1664525u + 1013904223u;
    void* block = malloc(1 + random % 3000);
    free(g_mailboxes[(random >> 16) % g_mailboxes.size()].exchange(block));
  }
  return nullptr;
}

TEST(CountersOfThreads, AreExactAfterThreadsFreedEachOthersBlocks) {
  MakeStacks(8);
  const Counted counted = CountedDuring([] {
    std::array<SmallThread, 8> threads;
    std::uintptr_t seed = 1;
    for (SmallThread& thread : threads) {
      thread.Start(&ExchangeBlocks, reinterpret_cast<void*>(seed++));
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
    while (std::chrono::steady_clock::now() < end) {
      for (SmallThread& thread : threads) {
        thread.Join();
        thread.Start(&ExchangeBlocks, reinterpret_cast<void*>(seed++));
      }
    }
    for (SmallThread& thread : threads) thread.Join();
    for (std::atomic<void*>& mailbox : g_mailboxes) free(mailbox.exchange(nullptr));
  });
  EXPECT_GT(counted.allocations, 100000u);
  EXPECT_EQ(counted.allocations, counted.frees);
  EXPECT_EQ(counted.live_bytes, 0);
}

TEST(CountersOfThreads, FiveThousandOneAfterTheOtherShareSlots) {
  MakeStacks(1);
  const Counted counted = CountedDuring([] {
    for (int i = 0; i < 5000; ++i) {
      SmallThread thread;
      thread.Start(
          [](void*) -> void* {
            void* volatile block = malloc(100);
            free(block);
            return nullptr;
          },
          nullptr);
      thread.Join();
    }
  });
  EXPECT_GE(counted.allocations, 5000u);
  EXPECT_EQ(counted.allocations, counted.frees);
  EXPECT_EQ(counted.live_bytes, 0);
  EXPECT_LT(CountedThreads(), 100u);
}

pthread_key_t g_late_key;
std::atomic<void*> g_late_block;

// Runs in every round of destructors that POSIX grants, before ours and after it.
void AllocateLate(void* round) {
  const auto number = reinterpret_cast<std::uintptr_t>(round);
  free(g_late_block.exchange(malloc(100 * number)));
  pthread_setspecific(g_late_key, reinterpret_cast<void*>(number + 1));
}

TEST(CountersOfThreads, CountInThreadSpecificDestructors) {
  ASSERT_EQ(pthread_key_create(&g_late_key, &AllocateLate), 0);
  MakeStacks(1);
  for (const bool allocates_before : {false, true}) {
    const Counted counted = CountedDuring([&] {
      for (int i = 0; i < 200; ++i) {
        SmallThread thread;
        thread.Start(
            [](void* before) -> void* {
              if (before != nullptr) free(g_late_block.exchange(malloc(50)));
              pthread_setspecific(g_late_key, reinterpret_cast<void*>(1));
              return nullptr;
            },
            allocates_before ? &g_late_key : nullptr);
        thread.Join();
      }
      free(g_late_block.exchange(nullptr));
    });
    EXPECT_GE(counted.allocations, 800u) << "four rounds of each thread";
    EXPECT_EQ(counted.allocations, counted.frees);
    EXPECT_EQ(counted.live_bytes, 0);
    EXPECT_LT(CountedThreads(), 100u) << "each gave its slot back";
  }
  pthread_key_delete(g_late_key);
}

TEST(CountersOfThreads, CountThreadLocalObjectsOfCxx) {
  struct Owner {
    void* block = malloc(200);
    ~Owner() { free(block); }
  };
  const auto run = [] {
    std::thread([] {
      thread_local Owner owner;
      EXPECT_NE(owner.block, nullptr);
    }).join();
  };
  run();  // makes the stack, which glibc keeps
  const Counted counted = CountedDuring(run);
  EXPECT_GE(counted.allocated_bytes, 200u);
  EXPECT_EQ(counted.allocations, counted.frees);
  EXPECT_EQ(counted.live_bytes, 0);
}

TEST(CountersOfThreads, ThePeakHoldsWhatEndedThreadsKept) {
  constexpr int kThreads = 50;
  static std::array<void*, kThreads> kept;
  MakeStacks(1);
  const std::int64_t base = BeginPeak();
  std::int64_t all = 0;
  for (void*& block : kept) {
    SmallThread thread;
    thread.Start(
        [](void* where) -> void* {
          *static_cast<void**>(where) = malloc(20000);
          return nullptr;
        },
        &block);
    thread.Join();
    all += SizeOf(block);
  }
  EXPECT_NEAR(static_cast<double>(PeakAbove(base)), static_cast<double>(all),
              static_cast<double>(2 * record::kPeakStep));
  for (void* block : kept) free(block);
}

TEST(CountersOfThreads, ThePeakOfFourIsWithinItsBound) {
  constexpr int kThreads = 4;
  constexpr int kBlocks = 1000;
  static std::atomic<std::int64_t> all;
  static std::atomic<int> full;
  all = 0;
  full = 0;
  MakeStacks(kThreads);
  const std::int64_t base = BeginPeak();
  std::array<SmallThread, kThreads> threads;
  for (SmallThread& thread : threads) {
    thread.Start(
        [](void*) -> void* {
          std::array<void*, kBlocks> blocks;
          for (void*& block : blocks) {
            block = malloc(1000);
            all += SizeOf(block);
          }
          ++full;
          while (full < kThreads) sched_yield();
          for (void* block : blocks) free(block);
          return nullptr;
        },
        nullptr);
  }
  for (SmallThread& thread : threads) thread.Join();
  EXPECT_NEAR(static_cast<double>(PeakAbove(base)), static_cast<double>(all.load()),
              static_cast<double>((kThreads + 1) * record::kPeakStep));
}

}  // namespace
}  // namespace memprof
