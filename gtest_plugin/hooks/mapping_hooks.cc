// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// With 64-bit offsets asked for, the headers give mmap the symbol of mmap64, and both are here.
#undef _FILE_OFFSET_BITS
#undef _TIME_BITS

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/hooks/next_function.h"
#include "gtest_plugin/unwind/stack_walk.h"

// mmap and its kin, as the program calls them. glibc's own mappings (thread stacks, its heaps,
// loaded libraries) do not come through here, which is what is wanted: they are not the test's.
// Those of another allocator do, and are left out.

#ifndef MREMAP_DONTUNMAP  // glibc 2.32
#define MREMAP_DONTUNMAP 4
#endif

namespace {

// Called before anything is resolved, by allocators that start up early.
void* MapByKernel(void* address, size_t length, int protection, int flags, int fd, off_t offset) {
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, length, protection, flags, fd, offset));
}

__attribute__((always_inline)) inline void* Map(void* address, size_t length, int protection,
                                                int flags, int fd, off_t offset) {
  const memprof::CallerFrame from = memprof::FrameOfCaller();
  MEMPROF_NEXT_FUNCTION(next, "mmap");
  // No look-up here: dlsym itself may come by.
  using Function = void* (*)(void*, size_t, int, int, int, off_t);
  void* const found = __atomic_load_n(&next.address, __ATOMIC_RELAXED);
  const Function real = found != nullptr ? reinterpret_cast<Function>(found) : &MapByKernel;
  void* mapped = real(address, length, protection, flags, fd, offset);
  if (mapped != MAP_FAILED) {
    const int saved = errno;
    // MAP_FIXED replaces what was there.
    if ((flags & MAP_FIXED) != 0) memprof::OnUnmap(mapped, length);
    if (!memprof::IsOfAllocator(from.pc)) {
      memprof::OnMap(mapped, length, memprof::OriginHere(from));
    }
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
  MEMPROF_NEXT_FUNCTION(next, "munmap");
  memprof::OnUnmap(address, length);
  return memprof::Next<int (*)(void*, size_t)>(&next)(address, length);
}

MEMPROF_EXPORT void* mremap(void* address, size_t old_length, size_t length, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  void* target = va_arg(rest, void*);
  va_end(rest);
  const memprof::CallerFrame from = memprof::FrameOfCaller();
  MEMPROF_NEXT_FUNCTION(next, "mremap");
  auto* const real = memprof::Next<void* (*)(void*, size_t, size_t, int, ...)>(&next);
  void* moved = real(address, old_length, length, flags, target);
  if (moved != MAP_FAILED) {
    const int saved = errno;
    if ((flags & MREMAP_DONTUNMAP) == 0) memprof::OnUnmap(address, old_length);
    if (!memprof::IsOfAllocator(from.pc)) {
      memprof::OnMap(moved, length, memprof::OriginHere(from));
    }
    errno = saved;
  }
  return moved;
}
