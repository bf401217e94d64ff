// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdint.h>

#include "gtest_plugin/hooks/counted_block.h"
#include "gtest_plugin/hooks/heap_functions.h"
#include "gtest_plugin/hooks/hooks.h"

// The malloc family, interposed. C++'s operators new and delete come through it, or through
// operator_hooks.cc.
//
// An allocation is counted after the real call and a release before it: a block's size can be
// read only while the block is ours, and another thread may be handed the same address at once.
//
// malloc and free have a fast path for counting alone. Everything else goes by functions that end
// in "Slowly", to which the hooks jump rather than call: so the frame that called the hook is the
// one that called them, and unwinding begins there.

using memprof::BlockSize;
using memprof::CallerFrame;
using memprof::g_heap;
using memprof::IsTraced;
using memprof::Keep;
using memprof::KeepUntraced;
using memprof::OnAllocate;
using memprof::OnFree;
using memprof::Release;
using memprof::ThreadTrace;
using memprof::TraceToAllocate;
using memprof::counters_internal::t_fast_counters;

namespace {

__attribute__((noinline)) void* MallocSlowly(size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  void* const block = g_heap.malloc(size);
  if (__builtin_expect(block == nullptr, 0)) return nullptr;
  if (__builtin_expect(trace == nullptr, 0)) return KeepUntraced(block);
  return memprof::AllocateTracedInline(trace, block, size, from);
}

__attribute__((noinline)) void FreeSlowly(void* block) {
  Release(block);
  g_heap.free(block);
}

}  // namespace

MEMPROF_EXPORT void* malloc(size_t size) {
  if (__builtin_expect(t_fast_counters == nullptr, 0)) return MallocSlowly(size);
  void* block = g_heap.malloc(size);
  if (__builtin_expect(block == nullptr, 0)) return nullptr;
  return OnAllocate(block);
}

MEMPROF_EXPORT void free(void* block) {
  if (block == nullptr) return;
  if (__builtin_expect(t_fast_counters == nullptr, 0)) return FreeSlowly(block);
  g_heap.free(OnFree(block));
}

MEMPROF_EXPORT void* calloc(size_t count, size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  void* block = g_heap.calloc(count, size);
  return block != nullptr ? Keep(trace, block, count * size, from) : nullptr;
}

namespace {

inline void* Reallocate(void* old_block, size_t size, const CallerFrame& from) {
  ThreadTrace* const trace = TraceToAllocate(from, old_block == nullptr || size != 0);
  if (IsTraced(trace)) {
    return memprof::ReallocateTraced(trace, old_block, size, from);
  }
  const size_t old_size = old_block != nullptr ? BlockSize(old_block) : 0;
  void* block = g_heap.realloc(old_block, size);
  // A null answer frees the old block only where no size was asked for; else it stays as it was.
  if (old_block != nullptr && (block != nullptr || size == 0)) memprof::OnReallocate(old_size);
  if (block != nullptr) OnAllocate(block);
  return block;
}

}  // namespace

MEMPROF_EXPORT void* realloc(void* old_block, size_t size) {
  return Reallocate(old_block, size, memprof::FrameOfCaller());
}

MEMPROF_EXPORT void* reallocarray(void* old_block, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return Reallocate(old_block, bytes, memprof::FrameOfCaller());
}

MEMPROF_EXPORT void* memalign(size_t alignment, size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  void* block = g_heap.memalign(alignment, size);
  return block != nullptr ? Keep(trace, block, size, from) : nullptr;
}

MEMPROF_EXPORT void* aligned_alloc(size_t alignment, size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  void* block = g_heap.aligned_alloc(alignment, size);
  return block != nullptr ? Keep(trace, block, size, from) : nullptr;
}

MEMPROF_EXPORT int posix_memalign(void** out, size_t alignment, size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  const int error = g_heap.posix_memalign(out, alignment, size);
  if (error == 0 && *out != nullptr) Keep(trace, *out, size, from);
  return error;
}

MEMPROF_EXPORT void* valloc(size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  void* block = g_heap.valloc(size);
  return block != nullptr ? Keep(trace, block, size, from) : nullptr;
}

MEMPROF_EXPORT void* pvalloc(size_t size) {
  const CallerFrame from = memprof::FrameOfCaller();
  ThreadTrace* const trace = TraceToAllocate(from);
  void* block = g_heap.pvalloc(size);
  return block != nullptr ? Keep(trace, block, size, from) : nullptr;
}
