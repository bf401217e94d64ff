// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// What the trace keeps of blocks, descriptors and threads that this program really makes.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest_plugin/trace/recorder.h"
#include "gtest_plugin/trace/resources.h"
#include "gtest_plugin/trace/trace.h"
#include "tests/unit/trace/traced_record.h"

namespace memprof {
namespace {

/// The entry of a live block; 0 for one that is not known.
uint64_t WordOf(const void* block) {
  const uint64_t word = g_tables.blocks.Take(block);
  if (word != 0) g_tables.blocks.Store(block, word & ~BlockWord::kHalf);
  return word;
}

uint64_t BytesOfBlock(const void* block) {
  const uint64_t word = WordOf(block);
  return word != 0 ? SizeOf(block, word) : UINT64_MAX;
}

const OriginTable::Origin& OriginOfBlock(const void* block) {
  return g_tables.origins[BlockWord::Origin(WordOf(block))];
}

/// Compilers drop a block that nobody looks at.
void* Seen(void* block) {
  asm volatile("" : "+r"(block) : : "memory");
  return block;
}

TEST(TracedBlocks, HaveTheSizeThatWasAskedFor) {
  const std::vector<std::pair<void*, uint64_t>> blocks = {
      {Seen(malloc(0)), 0},
      {Seen(malloc(1)), 1},
      {Seen(malloc(100)), 100},
      {Seen(calloc(3, 7)), 21},
      {Seen(realloc(nullptr, 55)), 55},
      {Seen(reallocarray(nullptr, 5, 5)), 25},
      {Seen(aligned_alloc(4096, 8192)), 8192},
      {Seen(malloc(300000)), 300000},
  };
  for (const auto& [block, size] : blocks) {
    EXPECT_EQ(BytesOfBlock(block), size);
    free(block);
    EXPECT_EQ(WordOf(block), 0u);
  }
}

TEST(TracedBlocks, OfManyGibibytesKeepTheirSizeThroughRealloc) {
  constexpr size_t kGibibyte = size_t{1} << 30;
  void* block = Seen(calloc(2, kGibibyte));
  ASSERT_NE(block, nullptr);
  EXPECT_EQ(BytesOfBlock(block), 2 * kGibibyte);
  for (const size_t size : {3 * kGibibyte, kGibibyte + 1, size_t{100}, 2 * kGibibyte}) {
    block = Seen(realloc(block, size));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(BytesOfBlock(block), size);
  }
  free(block);
  EXPECT_EQ(g_tables.huge.Get(block), 0u);
}

TEST(TracedBlocks, StayWhatTheyWereWhereReallocFails) {
  for (const size_t size : {size_t{40}, size_t{2} << 30}) {
    void* const block = Seen(malloc(size));
    ASSERT_NE(block, nullptr);
    volatile size_t too_much = PTRDIFF_MAX;
    const uint32_t origin = BlockWord::Origin(WordOf(block));
    EXPECT_EQ(realloc(block, too_much), nullptr);
    EXPECT_EQ(BytesOfBlock(block), size);
    EXPECT_EQ(BlockWord::Origin(WordOf(block)), origin);
    free(block);
  }
}

TEST(TracedBlocks, ReallocToNothingFreesThem) {
  void* block = Seen(malloc(40));
  volatile size_t nothing = 0;
  const void* const before = block;
  EXPECT_EQ(realloc(block, nothing), nullptr);
  EXPECT_EQ(WordOf(before), 0u);
}

__attribute__((noinline)) void* MakeOne() { return Seen(malloc(64)); }

TEST(TracedBlocks, NameTheThreadThatMadeThem) {
  // One after the other: the second takes the first one's place, in the same window.
  std::vector<uint32_t> threads;
  std::vector<void*> blocks;
  for (int i = 0; i < 3; ++i) {
    std::thread([&blocks] { blocks.push_back(MakeOne()); }).join();
  }
  blocks.push_back(MakeOne());
  for (void* const block : blocks) {
    threads.push_back(OriginOfBlock(block).thread);
    free(block);
  }
  for (size_t i = 0; i < threads.size(); ++i) {
    for (size_t k = 0; k < i; ++k) EXPECT_NE(threads[i], threads[k]) << i << ' ' << k;
  }
}

TEST(TracedBlocks, OfAThreadThatHasEndedCanBeFreedByAnother) {
  void* block = nullptr;
  std::thread([&block] { block = MakeOne(); }).join();
  EXPECT_EQ(BytesOfBlock(block), 64u);
  std::thread([&block] { free(block); }).join();
  EXPECT_EQ(WordOf(block), 0u);
}

TEST(TracedBlocks, OfASignalHandlerAreKnown) {
  static void* block;
  const auto before = signal(SIGUSR1, [](int) { block = malloc(77); });
  raise(SIGUSR1);
  signal(SIGUSR1, before);
  EXPECT_EQ(BytesOfBlock(block), 77u);
  free(block);
}

void* Smallest(void* of) {
  *static_cast<void**>(of) = MakeOne();
  return nullptr;
}

TEST(TracedBlocks, AreTracedOnTheSmallestStackThereIs) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 16384), 0);
  pthread_t thread;
  void* block = nullptr;
  ASSERT_EQ(pthread_create(&thread, &attributes, &Smallest, &block), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  EXPECT_EQ(BytesOfBlock(block), 64u);
  free(block);
}

TEST(TracedResources, ThatComeAndGoAllTheTimeTakeFewOrigins) {
  const uint32_t before = g_tables.origins.end();
  for (int i = 0; i < 20000; ++i) {
    close(open("/dev/null", O_RDONLY));
    void* const memory = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(memory, 4096);
  }
  EXPECT_LE(g_tables.origins.end() - before, 64u);
}

/// The recorder as a session drives it: three iterations of one test.
TEST(TraceRecorder, WritesSurvivorsAsChangesAndResourcesWithTheirOrigins) {
  static TraceRecorder recorder;
  TracedRecord record;
  recorder.Prepare();
  recorder.Start(record.writer());
  std::vector<void*> kept;
  kept.reserve(100);
  int fd = -1;
  uint32_t windows[3];
  for (uint32_t iteration = 0; iteration < 3; ++iteration) {
    windows[iteration] = recorder.OpenWindow(record::kWithinTest, 0, iteration, nullptr);
    // 10 blocks more in the first, 5 of them go in the second, and nothing happens in the third.
    if (iteration == 0) {
      for (size_t i = 0; i < 10; ++i) kept.push_back(Seen(malloc(100 + i)));
      fd = open("/dev/null", O_RDONLY);
    } else if (iteration == 1) {
      for (size_t i = 0; i < 5; ++i) free(kept[i]);
      close(fd);
    }
    recorder.ReopenWindow(0);
    recorder.EndIteration(iteration);
  }
  recorder.EndProgram();
  for (size_t i = 5; i < 10; ++i) free(kept[i]);

  const RecordFile file = record.Read();
  const RecordedTrace& trace = *file.trace;
  ASSERT_EQ(trace.states.size(), 3u);
  std::map<uint32_t, RecordedAmount> live;
  for (uint32_t iteration = 0; iteration < 3; ++iteration) {
    uint64_t changes_of_test = 0;
    // Iterations at the end that have no changes have no entry.
    const bool has_changes = iteration < trace.survivor_changes.size();
    const std::vector<RecordedAmount> none;
    for (const RecordedAmount& change : has_changes ? trace.survivor_changes[iteration] : none) {
      live[change.origin] = change;
      const RecordedWindow& window = trace.windows[trace.origins[change.origin].window];
      changes_of_test += window.kind == record::kWithinTest ? 1 : 0;
    }
    uint64_t blocks = 0;
    uint64_t bytes = 0;
    uint64_t all = 0;
    for (const auto& [origin, amount] : live) {
      all += amount.blocks;
      if (trace.windows[trace.origins[origin].window].kind != record::kWithinTest) continue;
      blocks += amount.blocks;
      bytes += amount.bytes;
    }
    EXPECT_EQ(blocks, iteration == 0 ? 10u : 5u);
    EXPECT_EQ(bytes, iteration == 0 ? 1045u : 535u);
    EXPECT_EQ(all, trace.states[iteration].live_blocks);
    EXPECT_EQ(changes_of_test, iteration == 2 ? 0u : 1u);
  }
  std::vector<record::Resource> descriptors;
  for (const RecordedResource& resource : trace.resources) {
    const uint32_t window = trace.origins[resource.what.origin].window;
    if (resource.what.kind != record::kDescriptor) continue;
    if (trace.windows[window].kind == record::kWithinTest) descriptors.push_back(resource.what);
  }
  ASSERT_EQ(descriptors.size(), 2u);
  EXPECT_EQ(descriptors[0].is_there, 1u);
  EXPECT_EQ(descriptors[0].iteration, 0u);
  EXPECT_EQ(descriptors[1].is_there, 0u);
  EXPECT_EQ(descriptors[1].iteration, 1u);
  EXPECT_EQ(descriptors[0].id, static_cast<uint64_t>(fd));
  EXPECT_EQ(descriptors[1].origin, descriptors[0].origin);
  EXPECT_FALSE(trace.sites.empty());
  EXPECT_LT(windows[0], windows[1]);
}

void* Nothing(void*) { return nullptr; }

TEST(TraceRecorder, LosesNoThreadHoweverManyComeAndGo) {
  static TraceRecorder recorder;
  recorder.Prepare();
  for (int i = 0; i < 17000; ++i) {
    pthread_t thread;
    ASSERT_EQ(pthread_create(&thread, nullptr, &Nothing, nullptr), 0);
    pthread_join(thread, nullptr);
  }
  EXPECT_EQ(g_resources.lost(), 0u);
}

}  // namespace
}  // namespace memprof
