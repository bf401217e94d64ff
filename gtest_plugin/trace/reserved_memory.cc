// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/reserved_memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {

ReservedRange g_reserved_ranges[kReservedRanges];

namespace {

constexpr size_t kPage = 4096;  // mincore's own unit is asked for below; this only rounds requests

// Ranges are few and rarely change. One that finds no room is only taken for the program's.
void Enter(uintptr_t begin, uintptr_t end) {
  for (ReservedRange& range : g_reserved_ranges) {
    uintptr_t nothing = 0;
    if (__atomic_load_n(&range.begin, __ATOMIC_RELAXED) != 0 ||
        !__atomic_compare_exchange_n(&range.begin, &nothing, 1, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    __atomic_store_n(&range.end, end, __ATOMIC_RELAXED);
    __atomic_store_n(&range.begin, begin, __ATOMIC_RELEASE);
    return;
  }
}

void Remove(uintptr_t begin) {
  for (ReservedRange& range : g_reserved_ranges) {
    if (__atomic_load_n(&range.begin, __ATOMIC_RELAXED) != begin) continue;
    __atomic_store_n(&range.begin, 0, __ATOMIC_RELEASE);
    return;
  }
}

}  // namespace

void* ReserveMemory(size_t bytes) noexcept {
  const int saved = errno;
  bytes = (bytes + kPage - 1) & ~(kPage - 1);
  const long mapped = syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  void* memory = mapped == -1 ? nullptr : reinterpret_cast<void*>(mapped);
  if (memory != nullptr) {
    madvise(memory, bytes, MADV_DONTDUMP);
    // A table is touched here and there: with huge pages each touch would take 2 MiB.
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    Enter(reinterpret_cast<uintptr_t>(memory), reinterpret_cast<uintptr_t>(memory) + bytes);
  }
  errno = saved;
  return memory;
}

void ReleaseMemory(void* begin, size_t bytes) noexcept {
  if (begin == nullptr) return;
  const int saved = errno;
  Remove(reinterpret_cast<uintptr_t>(begin));  // before another may be given the addresses
  syscall(SYS_munmap, begin, bytes);
  errno = saved;
}

void ForgetMemory(void* begin, size_t bytes) noexcept {
  const int saved = errno;
  madvise(begin, bytes, MADV_DONTNEED);
  errno = saved;
}

size_t ResidentBytes(const void* begin, size_t bytes) noexcept {
  const int saved = errno;
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  constexpr size_t kPagesAtOnce = 4096;
  unsigned char states[kPagesAtOnce];
  size_t pages = 0;
  const char* at = static_cast<const char*>(begin);
  const char* const end = at + bytes;
  while (at < end) {
    size_t count = (static_cast<size_t>(end - at) + page - 1) / page;
    if (count > kPagesAtOnce) count = kPagesAtOnce;
    if (mincore(const_cast<char*>(at), count * page, states) != 0) break;
    for (size_t i = 0; i < count; ++i) pages += states[i] & 1u;
    at += count * page;
  }
  errno = saved;
  return pages * page;
}

}  // namespace memprof
