// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_SITE_TABLE_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_SITE_TABLE_H_

#include <stdint.h>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {

/// What one thread allocated with one stack. Written by that thread alone (`lifetimes` by whoever
/// frees, atomically), so that counting costs plain additions; sums are made when they are read.
struct alignas(64) ThreadSite {
  static constexpr uint32_t kNoWindow = UINT32_MAX;

  uint32_t origin;    ///< of the blocks that it makes now …
  uint32_t window;    ///< … which is right while this window is open
  record::Site site;  ///< `allocations` is left to the sum of `sizes`

  void Add(uint64_t bytes) noexcept {
    site.bytes += bytes;
    site.sizes[SizeClass(bytes)] += 1;
    if (bytes > site.largest) site.largest = bytes;
  }

  static unsigned SizeClass(uint64_t bytes) noexcept {
    if (bytes == 0) return 0;
    const auto width = static_cast<unsigned>(64 - __builtin_clzll(bytes));
    return width < record::kSizeClasses ? width : record::kSizeClasses - 1;
  }
};

/// The sites of all threads.
class SiteTable {
 public:
  /// False where there is no address space.
  bool Start() noexcept { return sites_.Reserve(kCapacity + kWithoutStack); }
  void Release() noexcept { sites_.Release(); }

  /// Null when the table is full. Then there is still room for a site of each thread without a
  /// stack, so that the blocks are known at least by window and thread.
  ThreadSite* Add(uint32_t stack) noexcept {
    const uint32_t capacity = kCapacity + (stack == record::kNoStack ? kWithoutStack : 0);
    uint32_t at = count();
    do {
      if (at >= capacity) return nullptr;
    } while (!__atomic_compare_exchange_n(&count_, &at, at + 1, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    sites_[at].window = ThreadSite::kNoWindow;
    sites_[at].site.stack = stack;
    return &sites_[at];
  }

  uint32_t count() const noexcept { return __atomic_load_n(&count_, __ATOMIC_ACQUIRE); }
  ThreadSite& operator[](uint32_t i) noexcept { return sites_[i]; }
  uint64_t TouchedBytes() const noexcept { return uint64_t{count()} * sizeof(ThreadSite); }

 private:
  static constexpr uint32_t kCapacity = 1u << 20;
  static constexpr uint32_t kWithoutStack = 4096;  // as many as threads are traced at once
  ReservedArray<ThreadSite> sites_;
  uint32_t count_ = 0;
};

/// One thread's way from a stack's number to its site. Open addressing; doubles when half full.
class SiteIndex {
 public:
  /// Null for a stack that is not there.
  ThreadSite* Find(uint32_t stack) const noexcept {
    if (slots_ == nullptr) return nullptr;
    for (uint32_t i = Hash(stack);; ++i) {
      const Slot& slot = slots_[i & mask_];
      if (slot.site == nullptr) return nullptr;
      if (slot.stack == stack) return slot.site;
    }
  }
  /// The thread has another number from now on: its next blocks have new origins.
  void BeginAnew() noexcept {
    for (uint32_t i = 0; slots_ != nullptr && i <= mask_; ++i) {
      if (slots_[i].site != nullptr) slots_[i].site->window = ThreadSite::kNoWindow;
    }
  }
  /// Without room the site is not found again, and a new one is made for the stack each time.
  void Put(uint32_t stack, ThreadSite* site) noexcept;

 private:
  struct Slot {
    uint32_t stack;
    ThreadSite* site;
  };
  static uint32_t Hash(uint32_t stack) noexcept { return stack * 0x9e3779b9u >> 7; }
  void Place(uint32_t stack, ThreadSite* site) noexcept {
    uint32_t i = Hash(stack);
    while (slots_[i & mask_].site != nullptr) ++i;
    slots_[i & mask_] = {stack, site};
  }

  Slot* slots_ = nullptr;
  uint32_t mask_ = 0;
  uint32_t used_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_SITE_TABLE_H_
