// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_COUNTED_BLOCK_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_COUNTED_BLOCK_H_

#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/trace/traced_block.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/first_allocation.h"
#include "gtest_plugin/unwind/stack_walk.h"

/// What hooks do with a block, whichever function made it: the trace where there is one, else the
/// counters. malloc and free have a faster way of their own before they come here.
#pragma GCC visibility push(hidden)
namespace memprof {

/// AttachThread, of a thread that is about to allocate. The frame comes in parts, so that the usual
/// path keeps them in registers.
__attribute__((noinline)) inline ThreadTrace* AttachToAllocate(uintptr_t pc, uintptr_t sp,
                                                               uintptr_t bp,
                                                               bool allocates) noexcept {
  if (allocates && counters_internal::t_off_fast_path) NoteFirstAllocation({pc, sp, bp});
  return AttachThread();
}

/// The thread's trace, where there is tracing at all. Null means that blocks are only counted.
inline ThreadTrace* Trace() noexcept {
  ThreadTrace* const trace = t_trace;
  if (__builtin_expect(trace != nullptr, 1) || counters_internal::t_fast_counters != nullptr) {
    return trace;
  }
  return AttachThread();
}

/// The same for a function that allocates. `allocates` is false for a call of it that does not.
inline ThreadTrace* TraceToAllocate(const CallerFrame& from, bool allocates = true) noexcept {
  ThreadTrace* const trace = t_trace;
  if (__builtin_expect(trace != nullptr, 1) || counters_internal::t_fast_counters != nullptr) {
    return trace;
  }
  return AttachToAllocate(from.pc, from.sp, from.bp, allocates);
}

/// Whether the trace wants to know of what this thread does, though it can keep only part of it.
inline bool IsTraced(const ThreadTrace* trace) noexcept {
  return __builtin_expect(trace != nullptr, 1) ||
         (counters_internal::t_fast_counters == nullptr && IsTracing());
}

/// A new block of a thread that has no trace.
__attribute__((noinline)) inline void* KeepUntraced(void* block) noexcept {
  return IsTraced(nullptr) ? AllocateUntraced(block) : OnAllocate(block);
}

/// A new block, which must not be null, of `size` requested bytes.
inline void* Keep(ThreadTrace* trace, void* block, size_t size, const CallerFrame& from) noexcept {
  return trace != nullptr ? AllocateTraced(trace, block, size, from) : KeepUntraced(block);
}

/// The block, which must not be null, is about to be freed.
inline void Release(void* block) noexcept {
  ThreadTrace* const trace = Trace();
  if (__builtin_expect(trace != nullptr, 1)) {
    FreeTraced(trace, block);
  } else if (IsTraced(trace)) {
    FreeUntraced(block);
  } else {
    OnFree(block);
  }
}

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_COUNTED_BLOCK_H_
