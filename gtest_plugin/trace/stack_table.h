// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_STACK_TABLE_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_STACK_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/record/format.h"
#include "gtest_plugin/trace/reserved_memory.h"

namespace memprof {

/// Every stack that was seen, once, numbered from 1. Threads add without a lock: a stack is written
/// in full before its number is put into the hash table by compare-and-swap, and of two threads
/// that bring the same stack at once one wins. The other gives its number back: one that is the
/// last becomes free, of the others one is kept for the next new stack.
///
/// A stack of another module epoch is another stack, because its addresses mean other code.
class StackTable {
 public:
  struct Entry {
    uint64_t hash;
    uint32_t epoch;
    uint32_t flags;  ///< record::StackFlags
    uint32_t frames;
    uint32_t is_written;  ///< to the record
    uintptr_t addresses[];
  };

  /// False where there is no address space.
  bool Start() noexcept;
  void Release() noexcept;

  /// The number of the stack; record::kNoStack when the table is full.
  uint32_t Intern(const uintptr_t* addresses, uint32_t frames, uint32_t flags,
                  uint32_t epoch) noexcept;

  Entry& operator[](uint32_t id) noexcept { return *EntryAt(offsets_[id]); }

  /// Numbers go from 1 to this.
  uint32_t count() const noexcept { return __atomic_load_n(&count_, __ATOMIC_ACQUIRE); }
  /// A stack that was seen could not be kept: here, or by the site that needs it.
  void CountLost() noexcept { __atomic_add_fetch(&lost_, 1, __ATOMIC_RELAXED); }
  uint64_t lost() const noexcept { return __atomic_load_n(&lost_, __ATOMIC_RELAXED); }
  uint64_t TouchedBytes() const noexcept;

 private:
  static constexpr uint32_t kCapacity = 1u << 20;
  static constexpr uint32_t kSlots = kCapacity * 2;
  static constexpr size_t kArenaBytes = size_t{1} << 30;  // a thousand bytes a stack

  /// Room for an entry of so many bytes, with the next number; null when the table is full.
  Entry* Take(size_t bytes, uint32_t* number) noexcept;
  /// A number with an entry that nobody has heard of.
  void GiveBack(uint32_t number) noexcept;

  static constexpr size_t BytesOf(uint32_t frames) noexcept {
    return sizeof(Entry) + frames * sizeof(uintptr_t);
  }

  Entry* EntryAt(uint32_t offset) const noexcept {
    return reinterpret_cast<Entry*>(arena_ + size_t{offset} * sizeof(uint64_t));
  }

  char* arena_ = nullptr;
  size_t arena_used_ = 0;
  ReservedArray<uint32_t> offsets_;  // of each number, in the arena, in words
  ReservedArray<uint32_t> slots_;    // numbers by hash, 0 is empty
  uint32_t count_ = 0;
  uint32_t spare_ = 0;  // a number that was given back and was not the last; 0 when there is none
  uint64_t lost_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_STACK_TABLE_H_
