// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/mappings.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/tracker/spin_lock.h"
#include "gtest_plugin/tracker/table_locks.h"

namespace memprof {
namespace {

// Disjoint, sorted by address. Mapping calls are rare and slow, so a sorted array under a lock
// will do; programs that map more than this have allocators of their own, and are told that
// their mappings are not measured.
using Range = MappedRange;
constexpr int kCapacity = 1 << 16;
Range g_ranges[kCapacity];
int g_count = 0;
int64_t g_bytes = 0;
bool g_overflowed = false;

// Held for a memmove at most.
SpinLock g_lock;
__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, [] { g_lock.Reset(); });
  g_table_locks.Enter(&g_lock);
}

uintptr_t PageSize() {
  static const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  return page;
}

uintptr_t PageEnd(uintptr_t address) { return (address + PageSize() - 1) & ~(PageSize() - 1); }

// The first range that ends after `address`.
int FirstAfter(uintptr_t address) {
  int low = 0;
  int high = g_count;
  while (low < high) {
    const int middle = (low + high) / 2;
    if (g_ranges[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void Insert(int at, Range range) {
  if (g_count == kCapacity) {
    g_overflowed = true;
    return;
  }
  memmove(&g_ranges[at + 1], &g_ranges[at], static_cast<size_t>(g_count - at) * sizeof(Range));
  g_ranges[at] = range;
  ++g_count;
  g_bytes += static_cast<int64_t>(range.end - range.begin);
}

void Erase(int at) {
  g_bytes -= static_cast<int64_t>(g_ranges[at].end - g_ranges[at].begin);
  memmove(&g_ranges[at], &g_ranges[at + 1], static_cast<size_t>(g_count - at - 1) * sizeof(Range));
  --g_count;
}

void Remove(uintptr_t begin, uintptr_t end) {
  int at = FirstAfter(begin);
  while (at < g_count && g_ranges[at].begin < end) {
    const Range old = g_ranges[at];
    Erase(at);
    if (old.begin < begin) Insert(at++, {old.begin, begin, old.origin});
    if (old.end > end) Insert(at++, {end, old.end, old.origin});
  }
}

}  // namespace

MappingTotals ReadMappingTotals() noexcept {
  SpinLock::Holder lock(&g_lock);
  return {g_bytes, g_count, !g_overflowed};
}

uint32_t CopyMappings(MappedRange* out, uint32_t room) noexcept {
  SpinLock::Holder lock(&g_lock);
  const auto count = static_cast<uint32_t>(g_count) < room ? static_cast<uint32_t>(g_count) : room;
  memcpy(out, g_ranges, count * sizeof(Range));
  return count;
}

void OnMap(void* begin, size_t length, uint32_t origin) noexcept {
  const uintptr_t from = reinterpret_cast<uintptr_t>(begin);
  const uintptr_t to = PageEnd(from + length);
  SpinLock::Holder lock(&g_lock);
  Remove(from, to);  // whatever was unmapped there went by a call that we do not see
  Insert(FirstAfter(from), {from, to, origin});
}

void OnUnmap(void* begin, size_t length) noexcept {
  const uintptr_t from = reinterpret_cast<uintptr_t>(begin);
  if (length == 0 || from % PageSize() != 0) return;  // the kernel will refuse it
  SpinLock::Holder lock(&g_lock);
  Remove(from, PageEnd(from + length));
}

}  // namespace memprof
