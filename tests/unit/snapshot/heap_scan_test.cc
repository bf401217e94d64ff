// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What holds which block, in this very process: each block's address is kept inverted, so that
// nothing but what the test arranges refers to it.
#include "gtest_plugin/snapshot/heap_scan.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <atomic>
#include <list>
#include <thread>

#include "gtest_plugin/trace/trace.h"
#include "tests/unit/snapshot/taken_snapshot.h"

namespace memprof {
namespace {

constexpr size_t kBytes = 1000;  // all that glibc's chunk of it can hold

/// Makes a block and gives it to `keep`, in frames that are gone when it returns. Nobody frees it:
/// what is left of its address somewhere would hold the next one that lies there.
template <class Keep>
__attribute__((noinline)) Hidden Make(Keep keep, size_t bytes = kBytes) {
  void* const block = calloc(1, bytes);
  keep(block);
  return Hide(block);
}

/// Lets the variable live until here.
void Keep(void* volatile* variable) { asm volatile("" : : "r"(variable) : "memory"); }

/// Writes over what earlier calls left on the stack and in registers.
__attribute__((noinline)) void Scrub() {
  volatile char stale[16384];
  for (volatile char& byte : stale) byte = 0;
}

void* g_held;
thread_local void* t_held;

void** FunctionStatic() {
  static void* held;
  asm volatile("" : : "r"(&held) : "memory");  // nobody reads it, and so it might not be there
  return &held;
}

void* Library() {
  static void* const library = dlopen(MEMPROF_TEST_HOLDING_LIBRARY, RTLD_NOW);
  EXPECT_NE(library, nullptr) << dlerror();
  return library;
}

template <class Function>
Function* InLibrary(const char* name) {
  return reinterpret_cast<Function*>(dlsym(Library(), name));
}

pthread_key_t Key(int number) {
  static pthread_key_t keys[100];
  static const bool are_made = [] {
    for (pthread_key_t& key : keys) pthread_key_create(&key, nullptr);
    return true;
  }();
  return are_made ? keys[number] : 0;
}

void** Mapped(size_t bytes) {
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  EXPECT_NE(mapped, MAP_FAILED);
  return static_cast<void**>(mapped);
}

struct Holder {
  const char* what;
  void (*keep)(void*);
  record::RootKind kind;
};

TEST(HeapScan, FindsWhateverOutsideTheHeapHoldsABlock) {
  static void** mapped;
  static void** sealed;
  const Holder holders[] = {
      {"a global", [](void* block) { g_held = block; }, record::kRootData},
      {"a function's static", [](void* block) { *FunctionStatic() = block; }, record::kRootData},
      {"a library's global", [](void* block) { InLibrary<void(void*)>("HoldInLibrary")(block); },
       record::kRootData},
      {"a thread-local", [](void* block) { t_held = block; }, record::kRootThreadLocal},
      {"a thread-local of a library that came by dlopen",
       [](void* block) { InLibrary<void(void*)>("HoldInThreadLocalOfLibrary")(block); },
       record::kRootThreadLocal},
      {"a thread-specific value", [](void* block) { pthread_setspecific(Key(0), block); },
       record::kRootThreadLocal},
      {"an anonymous mapping",
       [](void* block) {
         mapped = Mapped(4096);
         mapped[7] = block;
       },
       record::kRootMapping},
      {"an anonymous mapping that was sealed",
       [](void* block) {
         sealed = Mapped(4096);
         sealed[7] = block;
         mprotect(sealed, 4096, PROT_READ);
       },
       record::kRootMapping},
  };
  constexpr size_t kCount = sizeof(holders) / sizeof(holders[0]);
  Hidden blocks[kCount];
  for (size_t i = 0; i < kCount; ++i) blocks[i] = Make(holders[i].keep);
  Scrub();
  const TakenSnapshot taken;
  EXPECT_TRUE(taken.heap.whole()) << taken.heap.why_partial;
  for (size_t i = 0; i < kCount; ++i) {
    const auto roots = taken.RootsOf(blocks[i]);
    ASSERT_EQ(roots.size(), 1u) << holders[i].what << '\n' << taken.WhatHolds(blocks[i]);
    EXPECT_EQ(roots[0].kind, holders[i].kind) << holders[i].what;
    EXPECT_EQ(roots[0].weak, 0u) << holders[i].what;
    EXPECT_EQ(roots[0].offset, 0u) << holders[i].what;
    EXPECT_EQ(taken.heap.blocks[roots[0].block].bytes, kBytes) << holders[i].what;
  }
  EXPECT_EQ(taken.RootsOf(blocks[0])[0].address, reinterpret_cast<uint64_t>(&g_held));
  EXPECT_EQ(taken.RootsOf(blocks[3])[0].address, reinterpret_cast<uint64_t>(&t_held));
  munmap(mapped, 4096);
  munmap(sealed, 4096);
  g_held = t_held = *FunctionStatic() = nullptr;
  InLibrary<void(void*)>("HoldInLibrary")(nullptr);
  InLibrary<void(void*)>("HoldInThreadLocalOfLibrary")(nullptr);
  pthread_setspecific(Key(0), nullptr);
}

TEST(HeapScan, ReachesThreadSpecificValuesBeyondThoseInTheThreadItself) {
  const Hidden block = Make([](void* made) { pthread_setspecific(Key(90), made); });
  Scrub();
  const TakenSnapshot taken;
  EXPECT_TRUE(taken.Reaches(block));
  EXPECT_TRUE(taken.RootsOf(block).empty());
  pthread_setspecific(Key(90), nullptr);
}

TEST(HeapScan, FindsWhatNobodyHolds) {
  const Hidden small = Make([](void*) {}, 24);
  const Hidden large = Make([](void*) {}, 1 << 20);
  Scrub();
  const TakenSnapshot taken;
  EXPECT_NE(taken.Find(small), UINT32_MAX);
  EXPECT_NE(taken.Find(large), UINT32_MAX);
  EXPECT_FALSE(taken.Reaches(small));
  EXPECT_FALSE(taken.Reaches(large));
}

/// Takes an address out of a variable and leaves it nowhere.
__attribute__((noinline)) Hidden TakeOut(void*** variable) {
  const Hidden hidden = Hide(*variable);
  *variable = nullptr;
  return hidden;
}

TEST(HeapScan, ALargeLostBlockHoldsOthersOnlyByEdges) {
  static void** large;
  const Hidden held = Make([](void* block) {
    large = static_cast<void**>(calloc(1, 1 << 20));
    large[1000] = block;
  });
  const Hidden holder = TakeOut(&large);
  Scrub();
  const TakenSnapshot taken;
  EXPECT_TRUE(taken.RootsOf(held).empty());
  EXPECT_FALSE(taken.Reaches(held)) << taken.WhatHolds(held) << taken.WhatHolds(holder);
  bool is_found = false;
  for (const record::HeapEdge& edge : taken.heap.edges) {
    if (edge.from == taken.Find(holder) && edge.to == taken.Find(held)) {
      EXPECT_EQ(edge.from_offset, 8000u);
      EXPECT_EQ(edge.to_offset, 0u);
      is_found = true;
    }
  }
  EXPECT_TRUE(is_found);
}

TEST(HeapScan, FollowsAList) {
  static std::list<void*> list;
  Hidden blocks[3];
  for (Hidden& block : blocks) block = Make([](void* made) { list.push_back(made); });
  Scrub();
  {
    const TakenSnapshot taken;
    for (const Hidden block : blocks) {
      EXPECT_TRUE(taken.Reaches(block));
      EXPECT_TRUE(taken.RootsOf(block).empty());
    }
  }
  list.clear();
}

TEST(HeapScan, CallsTaggedPointersAndEndsOfBlocksWeak) {
  static volatile uint64_t words[3];
  const Hidden tagged =
      Make([](void* block) { words[0] = reinterpret_cast<uint64_t>(block) | uint64_t{1} << 62; });
  const Hidden exact =
      Make([](void* block) { words[1] = reinterpret_cast<uint64_t>(block) + 24; }, 24);
  const Hidden loose =
      Make([](void* block) { words[2] = reinterpret_cast<uint64_t>(block) + 103; }, 100);
  Scrub();
  const TakenSnapshot taken;
  const struct {
    Hidden block;
    uint32_t weak;
    uint32_t offset;
  } rows[] = {{tagged, record::kWeakHighTag, 0},
              {exact, record::kWeakPastEnd, 24},
              {loose, record::kWeakPastEnd, 103}};
  for (const auto& row : rows) {
    const auto roots = taken.RootsOf(row.block);
    ASSERT_EQ(roots.size(), 1u) << row.offset;
    EXPECT_EQ(roots[0].weak, row.weak);
    EXPECT_EQ(roots[0].offset, row.offset);
    EXPECT_FALSE(taken.Reaches(row.block));
  }
  for (volatile uint64_t& word : words) word = 0;
}

/// A thread that does something and then stays where it is.
class Resting {
 public:
  template <class Work>
  explicit Resting(Work work) : thread_([this, work] { work(&is_resting_, &may_end_); }) {
    while (!is_resting_) std::this_thread::yield();
  }
  ~Resting() {
    may_end_ = 1;
    thread_.join();
  }

 private:
  std::atomic<int> is_resting_{0};
  std::atomic<int> may_end_{0};
  std::thread thread_;
};

void Rest(std::atomic<int>* is_resting, const std::atomic<int>* may_end) {
  *is_resting = 1;
  while (*may_end == 0) usleep(1000);
}

__attribute__((noinline)) void RestWith(void* block, std::atomic<int>* is_resting,
                                        const std::atomic<int>* may_end) {
  void* volatile held = block;
  Rest(is_resting, may_end);
  Keep(&held);
  held = nullptr;
}

TEST(HeapScan, ReadsTheStacksOfAllThreads) {
  const Hidden of_worker = Make([](void*) {});
  const Hidden of_main = Make([](void*) {});
  Scrub();
  void* volatile held = Show(of_main);
  {
    Resting thread([of_worker](std::atomic<int>* is_resting, const std::atomic<int>* may_end) {
      RestWith(Show(of_worker), is_resting, may_end);
    });
    const TakenSnapshot taken;
    ASSERT_EQ(taken.heap.threads.size(), 2u);
    for (const Hidden block : {of_main, of_worker}) {
      const uint32_t number = block == of_main ? 0 : 1;
      const auto roots = taken.RootsOf(block);
      ASSERT_FALSE(roots.empty()) << number;
      const SnapshotThread& of_thread = taken.heap.threads[number];
      bool is_in_frame = false;
      for (const record::RootWord& root : roots) {
        if (root.kind == record::kRootRegister) continue;
        EXPECT_EQ(root.kind, record::kRootStack);
        EXPECT_EQ(root.thread, number);
        EXPECT_GE(root.address, of_thread.stack_begin);
        EXPECT_LT(root.address, of_thread.stack_end);
        // The frame that it lies in: that of the function which has the variable.
        for (size_t f = 0; f < of_thread.frames.size() && number == 1; ++f) {
          if (root.address >= of_thread.frames[f].cfa) continue;
          const uint64_t into = of_thread.frames[f].pc - reinterpret_cast<uint64_t>(&RestWith);
          is_in_frame = is_in_frame || into < 200;
          break;
        }
      }
      EXPECT_EQ(is_in_frame, number == 1);
    }
    for (const SnapshotThread& one : taken.heap.threads) {
      EXPECT_GE(one.frames.size(), 3u);
      for (size_t f = 1; f < one.frames.size(); ++f) {
        EXPECT_GT(one.frames[f].cfa, one.frames[f - 1].cfa);
      }
      EXPECT_FALSE(one.name.empty());
    }
  }
  Keep(&held);
  held = nullptr;
}

TEST(HeapScan, KnowsWhereEachThreadHasItsThreadLocals) {
  static void* of_worker;
  Resting thread([](std::atomic<int>* is_resting, const std::atomic<int>* may_end) {
    of_worker = InLibrary<void*()>("ThreadLocalOfLibrary")();
    Rest(is_resting, may_end);
  });
  void* const places[] = {InLibrary<void*()>("ThreadLocalOfLibrary")(), of_worker};
  Dl_info library;
  ASSERT_NE(dladdr(dlsym(Library(), "ThreadLocalOfLibrary"), &library), 0);
  const TakenSnapshot taken;
  ASSERT_EQ(taken.heap.threads.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    bool is_found = false;
    for (const SnapshotThreadLocalArea& area : taken.heap.threads[i].thread_locals) {
      const auto place = reinterpret_cast<uint64_t>(places[i]);
      if (place < area.begin || place >= area.end) continue;
      EXPECT_EQ(area.module_begin, reinterpret_cast<uint64_t>(library.dli_fbase));
      is_found = true;
    }
    EXPECT_TRUE(is_found) << i;
  }
}

#if defined(__x86_64__)
TEST(HeapScan, ReadsTheRegistersOfAllThreads) {
  const Hidden general = Make([](void*) {});
  const Hidden vector = Make([](void*) {});
  Scrub();
  {
    Resting thread([=](std::atomic<int>* is_resting, const std::atomic<int>* may_end) {
      __asm__ volatile(
          "movq %0, %%r12\n\t"
          "notq %%r12\n\t"
          "movq %1, %%r13\n\t"
          "notq %%r13\n\t"
          "movq %%r13, %%xmm9\n\t"
          "xorl %%r13d, %%r13d\n\t"
          "movl $1, (%2)\n"
          "1: pause\n\t"
          "cmpl $0, (%3)\n\t"
          "je 1b\n\t"
          "xorl %%r12d, %%r12d\n\t"
          "pxor %%xmm9, %%xmm9\n\t"
          :
          : "r"(general), "r"(vector), "r"(is_resting), "r"(may_end)
          : "r12", "r13", "xmm9", "memory", "cc");
    });
    const TakenSnapshot taken;
    const auto of_general = taken.RootsOf(general);
    ASSERT_EQ(of_general.size(), 1u);
    EXPECT_EQ(of_general[0].kind, record::kRootRegister);
    EXPECT_EQ(of_general[0].address, 12u);
    EXPECT_EQ(of_general[0].thread, 1u);
    const auto of_vector = taken.RootsOf(vector);
    ASSERT_EQ(of_vector.size(), 1u);
    EXPECT_EQ(of_vector[0].kind, record::kRootRegister);
    EXPECT_GE(of_vector[0].address, 1000u);
  }
}
#endif

TEST(HeapScan, TakesNoRootFromTheStackOfAThreadThatHasEnded) {
  const Hidden block = Make([](void*) {});
  std::thread([block] {
    void* volatile stale[64];
    for (void* volatile& word : stale) word = Show(block);
    Keep(stale);
  }).join();
  Scrub();
  const TakenSnapshot taken;
  EXPECT_FALSE(taken.Reaches(block)) << taken.WhatHolds(block);
}

TEST(HeapScan, TakesNoRootFromTheAllocatorsOwnLists) {
  // Too large for the lists of a thread. The first of two neighbours stays, and the second goes to
  // a bin of the arena, which then has the address of its header: in the last word of the first.
  constexpr size_t kSize = 2040;
  constexpr size_t kCount = 64;
  static Hidden blocks[kCount];
  for (Hidden& block : blocks) block = Make([](void*) {}, kSize);
  size_t first = 0;
  while (first + 2 < kCount && blocks[first] - blocks[first + 1] != kSize + 8) ++first;
  ASSERT_LT(first + 2, kCount);
  free(Show(blocks[first + 1]));
  Scrub();
  const TakenSnapshot taken;
  EXPECT_FALSE(taken.Reaches(blocks[first])) << taken.WhatHolds(blocks[first]);
}

TEST(HeapScan, TakesNoRootFromFreeMemoryOfAnotherArena) {
  const Hidden block = Make([](void*) {});
  {
    Resting thread([block](std::atomic<int>* is_resting, const std::atomic<int>* may_end) {
      void** const of_arena = static_cast<void**>(calloc(500, sizeof(void*)));
      for (size_t i = 100; i < 400; ++i) of_arena[i] = Show(block);
      free(of_arena);
      Scrub();
      Rest(is_resting, may_end);
    });
    const TakenSnapshot taken;
    EXPECT_FALSE(taken.Reaches(block)) << taken.WhatHolds(block);
  }
}

TEST(HeapScan, SkipsWhatWasNeverTouched) {
  constexpr size_t kSize = size_t{20} << 30;
  static void** mapped;
  mapped = Mapped(kSize);
  const Hidden block = Make([](void* made) { mapped[kSize / 16] = made; });
  Scrub();
  const TakenSnapshot taken;
  EXPECT_LT(taken.seconds, 3.0);
  ASSERT_EQ(taken.RootsOf(block).size(), 1u) << taken.WhatHolds(block);
  EXPECT_EQ(taken.RootsOf(block)[0].kind, record::kRootMapping);
  munmap(mapped, kSize);
}

TEST(HeapScan, GoesAroundPagesThatCannotBeReadAndSaysSo) {
  constexpr size_t kPage = 4096;
  static char* guarded;
  guarded = static_cast<char*>(aligned_alloc(kPage, 3 * kPage));
  memset(guarded, 0, 3 * kPage);
  const Hidden block = Make([](void* made) { memcpy(guarded + 2 * kPage, &made, sizeof(made)); });
  ASSERT_EQ(mprotect(guarded + kPage, kPage, PROT_NONE), 0);
  Scrub();
  const TakenSnapshot taken;
  ASSERT_EQ(mprotect(guarded + kPage, kPage, PROT_READ | PROT_WRITE), 0);
  EXPECT_FALSE(taken.heap.whole());
  EXPECT_TRUE(taken.Reaches(block));
  free(guarded);
  guarded = nullptr;
}

ucontext_t g_outside;
ucontext_t g_inside;
Hidden g_of_coroutine;
Hidden g_of_main;
Hidden g_place_in_main;
bool g_is_found;
bool g_is_found_in_main;

void Coroutine() {
  void* volatile held = Show(g_of_coroutine);
  const TakenSnapshot taken;
  const auto roots = taken.RootsOf(g_of_coroutine);
  for (const record::RootWord& root : roots) {
    g_is_found = g_is_found || root.kind == record::kRootStack;
  }
  for (const record::RootWord& root : taken.RootsOf(g_of_main)) {
    g_is_found_in_main =
        g_is_found_in_main || (root.kind == record::kRootStack && root.address == ~g_place_in_main);
  }
  Keep(&held);
  held = nullptr;
}

TEST(HeapScan, ReadsTheUsualStackBesideTheOneThatACoroutineRunsOn) {
  constexpr size_t kSize = 256 * 1024;
  void* const stack = Mapped(kSize);
  g_of_coroutine = Make([](void*) {});
  g_of_main = Make([](void*) {});
  void* volatile held = Show(g_of_main);
  g_place_in_main = Hide(const_cast<void**>(&held));
  getcontext(&g_inside);
  g_inside.uc_stack.ss_sp = stack;
  g_inside.uc_stack.ss_size = kSize;
  g_inside.uc_link = &g_outside;
  makecontext(&g_inside, &Coroutine, 0);
  swapcontext(&g_outside, &g_inside);
  EXPECT_TRUE(g_is_found);
  EXPECT_TRUE(g_is_found_in_main);
  Keep(&held);
  held = nullptr;
  munmap(stack, kSize);
}

}  // namespace
}  // namespace memprof
