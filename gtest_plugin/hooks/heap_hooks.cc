// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdint.h>

#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/tracker/counters.h"

// The malloc family, interposed. C++'s operators new and delete come through it.
//
// An allocation is counted after the real call and a release before it: a block's size can be
// read only while the block is ours, and another thread may be handed the same address at once.

using memprof::BlockSize;
using memprof::g_heap;
using memprof::OnAllocate;
using memprof::OnFree;

MEMPROF_EXPORT void* malloc(size_t size) {
  void* block = g_heap.malloc(size);
  if (__builtin_expect(block == nullptr, 0)) return nullptr;
  return OnAllocate(block);
}

MEMPROF_EXPORT void free(void* block) {
  if (block == nullptr) return;
  g_heap.free(OnFree(block));
}

MEMPROF_EXPORT void* calloc(size_t count, size_t size) {
  void* block = g_heap.calloc(count, size);
  if (block != nullptr) OnAllocate(block);
  return block;
}

MEMPROF_EXPORT void* realloc(void* old_block, size_t size) {
  const size_t old_size = old_block != nullptr ? BlockSize(old_block) : 0;
  void* block = g_heap.realloc(old_block, size);
  // A null answer frees the old block only where no size was asked for; else it stays as it was.
  if (old_block != nullptr && (block != nullptr || size == 0)) memprof::OnReallocate(old_size);
  if (block != nullptr) OnAllocate(block);
  return block;
}

MEMPROF_EXPORT void* reallocarray(void* old_block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return realloc(old_block, bytes);
}

MEMPROF_EXPORT void* memalign(size_t alignment, size_t size) {
  void* block = g_heap.memalign(alignment, size);
  if (block != nullptr) OnAllocate(block);
  return block;
}

MEMPROF_EXPORT void* aligned_alloc(size_t alignment, size_t size) {
  void* block = g_heap.aligned_alloc(alignment, size);
  if (block != nullptr) OnAllocate(block);
  return block;
}

MEMPROF_EXPORT int posix_memalign(void** out, size_t alignment, size_t size) {
  const int error = g_heap.posix_memalign(out, alignment, size);
  if (error == 0 && *out != nullptr) OnAllocate(*out);
  return error;
}

MEMPROF_EXPORT void* valloc(size_t size) {
  void* block = g_heap.valloc(size);
  if (block != nullptr) OnAllocate(block);
  return block;
}

MEMPROF_EXPORT void* pvalloc(size_t size) {
  void* block = g_heap.pvalloc(size);
  if (block != nullptr) OnAllocate(block);
  return block;
}
