// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_ORIGIN_TABLE_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_ORIGIN_TABLE_H_

#include <stdint.h>

#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {

/// Who made blocks: a stack, the window that was open, the thread. A block's entry names its origin
/// by number, from 1. Each thread takes numbers in handfuls, so that making one costs no atomic
/// instruction; equal origins may have several numbers.
class OriginTable {
 public:
  struct Origin {
    uint32_t stack;
    uint32_t window;
    uint32_t thread;
    uint32_t is_written;  ///< to the record
  };

  /// Numbers that one thread has taken.
  struct Handful {
    uint32_t next = 0;
    uint32_t end = 0;
  };

  /// False where there is no address space.
  bool Start() noexcept {
    end_ = 1;
    return origins_.Reserve(kCapacity);
  }
  void Release() noexcept { origins_.Release(); }

  /// 0 when the table is full.
  uint32_t Add(Handful* handful, uint32_t stack, uint32_t window, uint32_t thread) noexcept {
    if (__builtin_expect(handful->next == handful->end, 0) && !Take(handful)) return 0;
    const uint32_t id = handful->next++;
    origins_[id].window = window;
    origins_[id].thread = thread;
    origins_[id].stack = stack;
    return id;
  }

  Origin& operator[](uint32_t id) noexcept { return origins_[id]; }

  /// Numbers go from 1 to less than this.
  uint32_t end() const noexcept { return __atomic_load_n(&end_, __ATOMIC_ACQUIRE); }
  uint64_t TouchedBytes() const noexcept { return uint64_t{end()} * sizeof(Origin); }

  /// 16 million: 2,000 stacks in each of 8,000 windows.
  static constexpr uint32_t kCapacity = 1u << 24;

 private:
  static constexpr uint32_t kHandful = 32;

  bool Take(Handful* handful) noexcept {
    uint32_t first = end();
    do {
      if (first > kCapacity - kHandful) return false;
    } while (!__atomic_compare_exchange_n(&end_, &first, first + kHandful, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    *handful = {first, first + kHandful};
    return true;
  }

  ReservedArray<Origin> origins_;
  uint32_t end_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_ORIGIN_TABLE_H_
