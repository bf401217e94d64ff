// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_RESERVED_MEMORY_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_RESERVED_MEMORY_H_

#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// Address space that reads as zero and costs memory only where it is written. It is asked of the
/// kernel directly, so it counts as nobody's mapping; left out of core files.
/// Null where the limit of address space (RLIMIT_AS) forbids it.
void* ReserveMemory(size_t bytes) noexcept;

/// Gives the whole range back, for tables that shall not be after all. Null is no range.
void ReleaseMemory(void* begin, size_t bytes) noexcept;

/// Gives the pages back; the range reads as zero again.
void ForgetMemory(void* begin, size_t bytes) noexcept;

/// Bytes of [begin, begin + bytes) that are in memory now, by whole pages; as the kernel sees it,
/// so what was swapped out is missing.
size_t ResidentBytes(const void* begin, size_t bytes) noexcept;

/// The ranges of ReserveMemory that were not released, in no order: what lies there is the
/// tracker's own. Calls `visit(begin, end)` for each; takes no lock. At most 16,384 are known.
struct ReservedRange {
  uintptr_t begin;  ///< 0: there is none
  uintptr_t end;
};
constexpr size_t kReservedRanges = 16384;
extern ReservedRange g_reserved_ranges[kReservedRanges];

template <class Visit>
void ForEachReservedRange(Visit visit) noexcept {
  for (const ReservedRange& range : g_reserved_ranges) {
    const uintptr_t begin = __atomic_load_n(&range.begin, __ATOMIC_ACQUIRE);
    // 1 while a thread enters it.
    if (begin > 1) visit(begin, __atomic_load_n(&range.end, __ATOMIC_RELAXED));
  }
}

/// A fixed array of reserved memory that can only be appended to, by any thread.
template <class T>
class ReservedArray {
 public:
  /// False where there is no address space for it.
  bool Reserve(size_t capacity) noexcept {
    items_ = static_cast<T*>(ReserveMemory(capacity * sizeof(T)));
    capacity_ = items_ != nullptr ? capacity : 0;
    return items_ != nullptr;
  }
  void Release() noexcept {
    ReleaseMemory(items_, capacity_ * sizeof(T));
    items_ = nullptr;
    capacity_ = 0;
  }
  T& operator[](size_t i) noexcept { return items_[i]; }
  const T& operator[](size_t i) const noexcept { return items_[i]; }
  T* data() noexcept { return items_; }
  size_t capacity() const noexcept { return capacity_; }

 private:
  T* items_ = nullptr;
  size_t capacity_ = 0;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_RESERVED_MEMORY_H_
