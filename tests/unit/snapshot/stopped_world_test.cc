// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/stopped_world.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gtest_plugin/tracker/own_thread.h"
#include "tests/unit/snapshot/copied_world.h"

namespace memprof {
namespace {

constexpr uint64_t kSought = 0x5eadbeef12345678;

bool HasWord(const StoppedThread& thread, uint64_t word) {
  for (uint32_t i = 0; i < thread.all_registers; ++i) {
    if (thread.registers[i] == word) return true;
  }
  return false;
}

int ThreadsWith(const StoppedWorld& world, uint64_t word) {
  int count = 0;
  for (uint32_t i = 0; i < world.count; ++i) count += HasWord(world.threads[i], word);
  return count;
}

TEST(StoppedWorld, EightBusyThreadsGoOnThroughTwoHundredCopies) {
  std::atomic<uint64_t> atomic_sum{0};
  uint64_t guarded_sum = 0;
  std::mutex guard;
  std::vector<uint64_t> own_sums(8);
  Crew crew(8, [&](int self, Crew::Stop& stop) {
    while (!stop) {
      const auto block = std::make_unique<std::vector<uint64_t>>(1 + own_sums[self] % 300, 7);
      if (block->back() != 7) break;
      const std::lock_guard<std::mutex> lock(guard);
      ++guarded_sum;
      ++own_sums[static_cast<size_t>(self)];
      ++atomic_sum;
    }
  });
  for (int i = 0; i < 200; ++i) {
    const StopResult result = CopyAndAwait([](const StoppedWorld& world) {
      return world.count == 9 && world.threads[0].state == record::kThreadCaller ? 0 : 1;
    });
    ASSERT_EQ(result.threads, 9u);
    ASSERT_EQ(result.parked, 9u) << result.why_not;
    ASSERT_EQ(result.why_not, nullptr);
    ASSERT_GT(result.paused_ns, 0u);
  }
  const uint64_t before = atomic_sum;
  while (atomic_sum == before) std::this_thread::yield();
  crew.StopAndJoin();
  uint64_t sum = 0;
  for (const uint64_t own : own_sums) sum += own;
  EXPECT_EQ(sum, guarded_sum);
  EXPECT_EQ(sum, atomic_sum);
}

TEST(StoppedWorld, OurOwnThreadRunsOnUnlessItIsTheOneThatCopies) {
  std::atomic<pid_t> first{0};
  Crew crew(2, [&](int self, Crew::Stop& stop) {
    if (self == 0) first = static_cast<pid_t>(syscall(SYS_gettid));
    while (!stop) usleep(1000);
  });
  while (first == 0) std::this_thread::yield();
  const auto caller = static_cast<pid_t>(syscall(SYS_gettid));
  for (const pid_t own : {first.load(), caller}) {
    Shared<bool> has_own;
    g_own_thread = own;
    const StopResult result = CopyAndAwait([&](const StoppedWorld& world) {
      for (uint32_t i = 0; i < world.count; ++i) {
        *has_own = *has_own || world.threads[i].tid == own;
      }
      return 0;
    });
    g_own_thread = 0;
    EXPECT_EQ(*has_own, own == caller);
    EXPECT_EQ(result.threads, own == caller ? 3u : 2u);
    EXPECT_EQ(result.parked, result.threads) << result.why_not;
  }
}

TEST(StoppedWorld, TwoHundredThreadsAreParked) {
  Crew crew(200, [&](int, Crew::Stop& stop) {
    while (!stop) usleep(2000);
  });
  for (int i = 0; i < 5; ++i) {
    const StopResult result = CopyAndAwait([](const StoppedWorld&) { return 0; });
    EXPECT_EQ(result.threads, 201u);
    EXPECT_EQ(result.parked, 201u) << result.why_not;
  }
}

TEST(StoppedWorld, ThreadsThatStartAndEndAllTheTimeAreParkedOrGone) {
  Crew crew(3, [&](int, Crew::Stop& stop) {
    while (!stop) std::thread([] {}).join();
  });
  for (int i = 0; i < 100; ++i) {
    const StopResult result = CopyAndAwait([](const StoppedWorld&) { return 0; });
    ASSERT_GE(result.threads, 4u);
    ASSERT_EQ(result.parked, result.threads) << result.why_not;
  }
}

TEST(StoppedWorld, AThreadThatBlocksAllSignalsIsParked) {
  Crew crew(1, [&](int, Crew::Stop& stop) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    while (!stop) {
    }
  });
  usleep(1000);
  EXPECT_EQ(CopyAndAwait([](const StoppedWorld&) { return 0; }).parked, 2u);
}

TEST(StoppedWorld, AloneInItsProcessItNeedsNoTracer) {
  Shared<uint32_t> seen;
  const StopResult result = CopyAndAwait([&](const StoppedWorld& world) {
    *seen = world.count;
    return 0;
  });
  EXPECT_EQ(*seen, 1u);
  EXPECT_EQ(result.parked, 1u);
}

TEST(StoppedWorld, TheCopyShowsMemoryAsItWas) {
  std::atomic<uint64_t> counter{0};
  Crew crew(2, [&](int, Crew::Stop& stop) {
    while (!stop) ++counter;
  });
  Shared<std::atomic<uint64_t>> first;
  Shared<std::atomic<uint64_t>> second;
  auto look = [&](const StoppedWorld&) {
    first->store(counter);
    const timespec span = {0, 100000000};
    syscall(SYS_nanosleep, &span, nullptr);
    second->store(counter);
    return 0;
  };
  const StopResult result = CopyWith(look);
  ASSERT_GT(result.child, 0);
  EXPECT_FALSE(ReapSnapshotChild(result.child, 0));
  const uint64_t early = counter;
  while (counter < early + 1000) std::this_thread::yield();
  EXPECT_TRUE(ReapSnapshotChild(result.child, 20000));
  EXPECT_GT(*first, 0u);
  EXPECT_EQ(*first, *second);
  EXPECT_LT(*second, counter);
}

#if defined(__x86_64__)
// Nothing but the register has the word: it is made in it.
void HoldInRbx(std::atomic<bool>* stop) {
  asm volatile(
      "mov %[hidden], %%rbx\n\tnot %%rbx\n"
      "1:\tpause\n\tcmpb $0, (%[stop])\n\tje 1b\n\txor %%ebx, %%ebx"
      :
      : [hidden] "r"(~kSought), [stop] "r"(stop)
      : "rbx", "cc", "memory");
}

void HoldInXmm(std::atomic<bool>* stop) {
  asm volatile(
      "mov %[hidden], %%rax\n\tnot %%rax\n\tmovq %%rax, %%xmm9\n\txor %%eax, %%eax\n"
      "1:\tpause\n\tcmpb $0, (%[stop])\n\tje 1b\n\tpxor %%xmm9, %%xmm9"
      :
      : [hidden] "r"(~kSought), [stop] "r"(stop)
      : "rax", "xmm9", "cc", "memory");
}

TEST(StoppedWorld, AWordInARegisterOfAnotherThreadIsSeen) {
  struct {
    const char* name;
    void (*hold)(std::atomic<bool>*);
  } const rows[] = {{"rbx", HoldInRbx}, {"xmm9", HoldInXmm}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Crew crew(1, [&](int, Crew::Stop& stop) { row.hold(&stop); });
    usleep(2000);
    Shared<int> found;
    CopyAndAwait([&](const StoppedWorld& world) {
      *found = ThreadsWith(world, kSought);
      return 0;
    });
    EXPECT_EQ(*found, 1);
  }
}

struct Look {
  uint64_t caller_rbx;
  uint64_t caller_sp;
  uint64_t caller_pc;
  uint64_t caller_thread_pointer;
  uint64_t other_thread_pointer;
  uint64_t other_dwarf_rsp;
  uint64_t other_sp;
};

TEST(StoppedWorld, RegistersComeInTheOrderOfDwarf) {
  std::atomic<uint64_t> thread_pointer{0};
  Crew crew(1, [&](int, Crew::Stop& stop) {
    thread_pointer = reinterpret_cast<uint64_t>(pthread_self());
    HoldInRbx(&stop);
  });
  usleep(2000);
  Shared<Look> seen;
  Shared<uint64_t> rbx;
  CopyAndAwait([&](const StoppedWorld& world) {
    const StoppedThread& other = world.threads[1];
    *rbx = other.registers[3];
    seen->other_dwarf_rsp = other.registers[7];
    seen->other_sp = other.sp;
    seen->other_thread_pointer = other.thread_pointer;
    seen->caller_thread_pointer = world.threads[0].thread_pointer;
    return 0;
  });
  EXPECT_EQ(*rbx, kSought);
  EXPECT_EQ(seen->other_dwarf_rsp, seen->other_sp);
  EXPECT_EQ(seen->other_thread_pointer, thread_pointer);
  EXPECT_EQ(seen->caller_thread_pointer, reinterpret_cast<uint64_t>(pthread_self()));
}

// Calls with the word in rbx, and nowhere in the frames below.
template <class Work>
__attribute__((noinline)) StopResult CopyWithRbx(Work& work, uint64_t* sp) {
  register uint64_t held asm("rbx") = 0;
  asm volatile("mov %1, %0\n\tnot %0" : "=&r"(held) : "r"(~kSought));
  asm volatile("mov %%rsp, %0" : "=r"(*sp));
  const StopResult result = CopyWith(work);
  asm volatile("" : : "r"(held));
  return result;
}

TEST(StoppedWorld, OfTheCallerTheRegistersAndTheStackOfItsFrameAreSeen) {
  Shared<Look> seen;
  uint64_t sp = 0;
  auto look = [&](const StoppedWorld& world) {
    const StoppedThread& caller = world.threads[0];
    seen->caller_rbx = caller.registers[3];
    seen->caller_sp = caller.sp;
    seen->caller_pc = caller.pc;
    return 0;
  };
  const StopResult result = CopyWithRbx(look, &sp);
  ASSERT_TRUE(ReapSnapshotChild(result.child, 20000));
  EXPECT_EQ(seen->caller_rbx, kSought);
  // CopyWith, which may have a frame of its own, is what calls.
  EXPECT_LE(seen->caller_sp, sp);
  EXPECT_GT(seen->caller_sp, sp - 200);
  EXPECT_NE(seen->caller_pc, 0u);
}
#endif

}  // namespace
}  // namespace memprof
