// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_MEMORY_RANGES_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_MEMORY_RANGES_H_

#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// [begin, end) of address space.
struct MemoryRange {
  uint64_t begin;
  uint64_t end;
};

/// A set of addresses, kept as ranges in memory that somebody else provides. Ranges are added in
/// any order, and asked for after Sort.
class MemoryRanges {
 public:
  /// `room` must outlive the set.
  void Use(MemoryRange* room, size_t capacity) noexcept {
    ranges_ = room;
    capacity_ = capacity;
    count_ = 0;
    lost_ = 0;
  }

  /// An empty range is nothing. One that touches the last that was added makes it longer.
  void Add(uint64_t begin, uint64_t end) noexcept;

  /// Brings the ranges into order and joins those that meet.
  void Sort() noexcept;

  /// Calls `visit(begin, end)` for what of [begin, end) is not in the set. Must follow Sort.
  template <class Visit>
  void ForEachOutside(uint64_t begin, uint64_t end, Visit visit) const noexcept {
    for (size_t i = FirstEndingBehind(begin); begin < end; ++i) {
      if (i == count_ || ranges_[i].begin >= end) return visit(begin, end);
      if (ranges_[i].begin > begin) visit(begin, ranges_[i].begin);
      begin = ranges_[i].end;
    }
  }

  bool Holds(uint64_t address) const noexcept {
    const size_t i = FirstEndingBehind(address);
    return i < count_ && ranges_[i].begin <= address;
  }

  /// Ranges that found no room.
  size_t lost() const noexcept { return lost_; }

 private:
  size_t FirstEndingBehind(uint64_t address) const noexcept;

  MemoryRange* ranges_ = nullptr;
  size_t capacity_ = 0;
  size_t count_ = 0;
  size_t lost_ = 0;
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_MEMORY_RANGES_H_
