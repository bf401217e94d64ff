// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/hooks.h"

// mmap and its kin, as the program calls them. glibc's own mappings (thread stacks, its heaps,
// loaded libraries) do not come through here, which is what is wanted: they are not the test's.

namespace {

// Called before anything is resolved, by allocators that start up early.
void* MapByKernel(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
  return reinterpret_cast<void*>(
      syscall(SYS_mmap, address, length, protection, flags, fd, offset));
}

using MapFunction = void* (*)(void*, size_t, int, int, int, off_t);

void* Map(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
  static MapFunction cache = nullptr;
  static bool looking = false;
  MapFunction next = __atomic_load_n(&cache, __ATOMIC_RELAXED);
  if (next == nullptr) {
    next = &MapByKernel;
    if (!__atomic_exchange_n(&looking, true, __ATOMIC_ACQUIRE)) {
      void* found = memprof::NextSymbol("mmap");
      if (found != nullptr) {
        next = reinterpret_cast<MapFunction>(found);
        __atomic_store_n(&cache, next, __ATOMIC_RELAXED);
      }
    }
  }
  void* mapped = next(address, length, protection, flags, fd, offset);
  if (mapped != MAP_FAILED) {
    const int saved = errno;
    // MAP_FIXED replaces what was there.
    if ((flags & MAP_FIXED) != 0) memprof::OnUnmap(mapped, length);
    memprof::OnMap(mapped, length);
    errno = saved;
  }
  return mapped;
}

}  // namespace

MEMPROF_EXPORT void* mmap(void* address, size_t length, int protection, int flags, int fd,
                          off_t offset) {
  return Map(address, length, protection, flags, fd, offset);
}

MEMPROF_EXPORT void* mmap64(void* address, size_t length, int protection, int flags, int fd,
                            off_t offset) {
  return Map(address, length, protection, flags, fd, offset);
}

MEMPROF_EXPORT int munmap(void* address, size_t length) {
  using Function = int (*)(void*, size_t);
  static Function cache = nullptr;
  Function next = __atomic_load_n(&cache, __ATOMIC_RELAXED);
  if (next == nullptr) {
    next = reinterpret_cast<Function>(memprof::NextSymbol("munmap"));
    __atomic_store_n(&cache, next, __ATOMIC_RELAXED);
  }
  memprof::OnUnmap(address, length);
  return next(address, length);
}

MEMPROF_EXPORT void* mremap(void* address, size_t old_length, size_t length, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  void* target = va_arg(rest, void*);
  va_end(rest);
  using Function = void* (*)(void*, size_t, size_t, int, ...);
  static Function cache = nullptr;
  Function next = __atomic_load_n(&cache, __ATOMIC_RELAXED);
  if (next == nullptr) {
    next = reinterpret_cast<Function>(memprof::NextSymbol("mremap"));
    __atomic_store_n(&cache, next, __ATOMIC_RELAXED);
  }
  void* moved = next(address, old_length, length, flags, target);
  if (moved != MAP_FAILED) {
    const int saved = errno;
    memprof::OnUnmap(address, old_length);
    memprof::OnMap(moved, length);
    errno = saved;
  }
  return moved;
}
