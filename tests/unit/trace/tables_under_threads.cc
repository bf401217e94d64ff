// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// The trace's tables under ThreadSanitizer, as the hooks use them: eight threads make blocks, hand
// them over and free each other's, while the main thread walks over all of them. A program of its
// own, without GoogleTest, so that every part of it is instrumented.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "gtest_plugin/trace/block_table.h"
#include "gtest_plugin/trace/lifetime_samples.h"
#include "gtest_plugin/trace/origin_table.h"
#include "gtest_plugin/trace/site_table.h"
#include "gtest_plugin/trace/stack_table.h"

namespace memprof {

// The plugin asks the kernel itself, which ThreadSanitizer does not see: it would take memory that
// one thread gave back and another got for shared.
void* ReserveMemory(size_t bytes) noexcept {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory != MAP_FAILED ? memory : nullptr;
}
void ReleaseMemory(void* begin, size_t bytes) noexcept { munmap(begin, bytes); }

namespace {

constexpr uint32_t kThreads = 8;
constexpr uint32_t kSteps = 20000;
constexpr uint32_t kAddresses = 1u << 14;
constexpr uintptr_t kHeap = 0x7f1234000000u;

BlockTable g_blocks;
HugeSizes g_huge;
StackTable g_stacks;
OriginTable g_origins;
SiteTable g_sites;
LifetimeSamples g_lifetimes;

std::atomic<uint64_t> g_live_blocks{0};
std::atomic<uint64_t> g_live_bytes{0};
std::atomic<uint64_t> g_deaths{0};

void Check(bool holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "%s\n", what);
  exit(1);
}

/// As malloc's own lists: an address belongs to who takes it, until it is given back.
class Addresses {
 public:
  Addresses() {
    for (uint32_t i = 0; i < kAddresses; ++i) free_.push_back(kHeap + i * 32 + (i % 2) * 16);
  }
  uintptr_t Take() {
    const std::lock_guard lock(mutex_);
    Check(!free_.empty(), "more blocks than there are addresses");
    const uintptr_t address = free_.back();
    free_.pop_back();
    return address;
  }
  void Give(uintptr_t address) {
    const std::lock_guard lock(mutex_);
    free_.push_back(address);
  }

 private:
  std::mutex mutex_;
  std::vector<uintptr_t> free_;
};

class Mailbox {
 public:
  void Put(uintptr_t block) {
    const std::lock_guard lock(mutex_);
    blocks_.push_back(block);
  }
  uintptr_t Take() {
    const std::lock_guard lock(mutex_);
    if (blocks_.empty()) return 0;
    const uintptr_t block = blocks_.back();
    blocks_.pop_back();
    return block;
  }

 private:
  std::mutex mutex_;
  std::vector<uintptr_t> blocks_;
};

Addresses g_addresses;
Mailbox g_mailboxes[kThreads];

void Free(uintptr_t address) {
  const void* const block = reinterpret_cast<const void*>(address);
  const uint64_t word = g_blocks.Take(block);
  Check(word != 0, "a live block is unknown");
  uint64_t size = word & BlockWord::kSizeMask;
  if (size == BlockWord::kHuge) {
    size = g_huge.Get(block);
    g_huge.Remove(block);
  }
  if ((word & BlockWord::kSampled) != 0) {
    g_lifetimes.Died(block);
    g_deaths += 1;
  }
  g_live_blocks -= 1;
  g_live_bytes -= size;
  g_addresses.Give(address);
}

void Work(uint32_t number) {
  OriginTable::Handful handful;
  SiteIndex index;
  uint32_t state = number * 2654435761u + 1;
  for (uint32_t step = 0; step < kSteps; ++step) {
    state = state * 1664525u + 1013904223u;
    const uint32_t random = state >> 8;
    // Threads bring the same stacks, at the same time.
    const uintptr_t frames[] = {0x1000 + random % 500, 0x2000, 0x3000 + step % 3};
    const uint32_t stack = g_stacks.Intern(frames, 3, 0, step / 5000);
    Check(stack != 0, "the table of stacks is full");
    Check(g_stacks[stack].addresses[0] == frames[0], "a stack has another one's number");
    ThreadSite* site = index.Find(stack);
    if (site == nullptr) {
      site = g_sites.Add(stack);
      Check(site != nullptr, "the table of sites is full");
      index.Put(stack, site);
      site->origin = g_origins.Add(&handful, stack, 1, number);
    }
    const uintptr_t address = g_addresses.Take();
    const void* const block = reinterpret_cast<const void*>(address);
    uint64_t size = random % 1000;
    uint64_t word = (uint64_t{site->origin} << 32) | size;
    if (random % 64 == 0) {
      size = uint64_t{2} << 30;
      g_huge.Put(block, size);
      word = (uint64_t{site->origin} << 32) | BlockWord::kHuge;
    }
    site->Add(size);
    if (random % 16 == 0 && g_lifetimes.Born(block, site)) word |= BlockWord::kSampled;
    g_live_blocks += 1;
    g_live_bytes += size;
    Check(g_blocks.Store(block, word), "no room for a block");
    g_mailboxes[random % kThreads].Put(address);
    if (step > 64) {
      uintptr_t other = g_mailboxes[number].Take();
      // Threads that have ended no longer empty theirs.
      if (other == 0) other = g_mailboxes[step % kThreads].Take();
      if (other != 0) Free(other);
    }
  }
}

int Run() {
  g_blocks.Start(5);
  Check(g_stacks.Start() && g_origins.Start() && g_sites.Start(), "no address space");
  std::vector<std::thread> threads;
  std::atomic<uint32_t> running{kThreads};
  for (uint32_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([i, &running] {
      Work(i);
      running -= 1;
    });
  }
  uint64_t walks = 0;
  while (running > 0) {
    uint64_t seen = 0;
    g_blocks.ForEach([&seen](uintptr_t, uint64_t word) {
      Check(BlockWord::Origin(word) < g_origins.end(), "an origin beyond the end");
      ++seen;
    });
    Check(seen <= kAddresses, "more blocks than there are addresses");
    ++walks;
  }
  for (std::thread& thread : threads) thread.join();
  uint64_t blocks = 0;
  uint64_t bytes = 0;
  g_blocks.ForEach([&](uintptr_t address, uint64_t word) {
    const uint64_t size = word & BlockWord::kSizeMask;
    blocks += 1;
    bytes += size == BlockWord::kHuge ? g_huge.Get(reinterpret_cast<const void*>(address)) : size;
  });
  Check(blocks == g_live_blocks && bytes == g_live_bytes, "the walk's sums are wrong");
  uint64_t deaths = 0;
  uint64_t made = 0;
  for (uint32_t i = 0; i < g_sites.count(); ++i) {
    for (const uint32_t lives : g_sites[i].site.lifetimes) deaths += lives;
    for (const uint32_t sizes : g_sites[i].site.sizes) made += sizes;
  }
  Check(deaths == g_deaths, "the sites' lifetimes are not as many as samples died");
  Check(made == uint64_t{kThreads} * kSteps, "the sites' allocations are not as many as were made");
  printf("%llu walks, %llu blocks live, %u stacks\n", static_cast<unsigned long long>(walks),
         static_cast<unsigned long long>(blocks), g_stacks.count());
  return 0;
}

}  // namespace
}  // namespace memprof

int main() { return memprof::Run(); }
