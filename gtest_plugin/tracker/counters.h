// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_COUNTERS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_COUNTERS_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/hooks/heap_functions.h"

namespace memprof {

/// What one thread has allocated and freed since it took this slot, or since its predecessors in
/// the slot did: the sums run on, so that a thread's exit needs no bookkeeping. Written by its
/// thread alone, with relaxed stores, and read by the thread that ends a test.
///
/// Live bytes reach the process-wide sum only in steps:
///
///     flush_below          flushed            high        flush_above
///         |------------------|---------live-----|--------------|       live = allocated - freed
///         flushed - 32 KiB                                 flushed + 32 KiB
///
/// so the peak over all threads is exact within threads × 32 KiB, and exact with one thread,
/// because `high`, the highest `live` since the last flush, goes into the peak with it.
struct alignas(64) ThreadCounters {
  uint64_t allocations;
  uint64_t allocated_bytes;
  uint64_t frees;
  uint64_t freed_bytes;
  int64_t high;
  int64_t flush_above;
  int64_t flush_below;
  int64_t flushed;
  int64_t scope_high;  ///< the highest `high` of flushes since the innermost scope began
  uint32_t in_use;
};

/// Sums over all threads, dead ones included.
struct HeapTotals {
  uint64_t allocations = 0;
  uint64_t allocated_bytes = 0;
  uint64_t frees = 0;
  int64_t live_bytes = 0;

  int64_t live_blocks() const {
    return static_cast<int64_t>(allocations) - static_cast<int64_t>(frees);
  }
};

/// The sums now. Exact for whatever happened before this call in the sense of the C++ memory
/// model: joined threads count in full, running ones as far as they have come.
HeapTotals ReadHeapTotals() noexcept;

/// Begins a peak: forgets the highest sum so far, and returns the live bytes to measure from.
int64_t BeginPeak() noexcept;

/// The highest live bytes since BeginPeak, above `base`; never less than 0.
int64_t PeakAbove(int64_t base) noexcept;

/// A peak within others, for a scope of all threads: forgets the highest sum of scopes, and returns
/// it for EndInnerPeak. `*live_bytes` is what to measure from. Tests' peaks are left alone.
int64_t BeginInnerPeak(int64_t* live_bytes) noexcept;
/// The highest live bytes since the innermost BeginInnerPeak.
int64_t InnerPeak() noexcept;
void EndInnerPeak(int64_t outer) noexcept;

/// The most threads that have held a slot at once.
uint32_t CountedThreads() noexcept;

/// A block of `old_bytes` was freed within a realloc: its size was read before, for it is gone now.
void OnReallocate(size_t old_bytes) noexcept;

/// Called when a thread that had a slot ends. Set once, before threads are made.
void SetThreadExitCallback(void (*callback)()) noexcept;

/// Called on a thread that gives its slot back, before another can take it. Set as above.
void SetSlotReturnCallback(void (*callback)()) noexcept;

/// Calls `callback` once, on the thread that gets there, when the process-wide live bytes rise
/// above `live_bytes`; noticed within the same 32 KiB a thread as the peak. INT64_MAX calls it off.
void CallAbove(int64_t live_bytes, void (*callback)()) noexcept;

/// Calls `callback` once, on this thread, before its next allocation or release is counted: so it
/// reads the heap as it is now, less what the thread releases until then. `is_transient` says of a
/// block that is about to be released whether it is such a one, which does not end the waiting.
/// Both must not allocate. A later call replaces an earlier one.
void CallBeforeNextHeapCall(void (*callback)(),
                            bool (*is_transient)(const void* block, size_t bytes)) noexcept;

/// Once a full trace records every block, no thread takes the fast path again.
void LeaveFastPath() noexcept;
bool HasLeftFastPath() noexcept;

/// Keeps this thread off the fast path, or lets it go there again as far as nothing else does: who
/// asks for it hears of each allocation by counters_internal::t_off_fast_path.
void StayOffFastPath(bool stay) noexcept;

/// Makes the reading now that CallBeforeNextHeapCall asked for on this thread, if there is one.
void RunPendingHeapCall() noexcept;

#pragma GCC visibility push(hidden)
namespace counters_internal {

/// The calling thread's slot, once it has one and sizes can be read from chunk headers; null
/// sends every call to the slow paths, so that one test on the hot path answers both questions.
/// `__thread`, not `thread_local`: the latter would call an initialiser's wrapper at each use.
extern __attribute__((tls_model("initial-exec"))) __thread ThreadCounters* t_fast_counters;

/// The whole of OnAllocate and OnFree for all other cases. They return their argument, so that
/// the hooks can end in a jump to them and need no stack frame.
void* AllocateSlowly(void* block) noexcept;
void* FreeSlowly(void* block) noexcept;

/// Brings what is live in the slot to the process-wide sum and peak; returns `block`.
void* FlushAfter(void* block) noexcept;

/// The calling thread's slot; null where it gave its own back, or none is left.
ThreadCounters* SlotOfThread() noexcept;
/// The slots' own numbers, from 0 to less than kMaxSlots.
constexpr uint32_t kMaxSlots = 4096;
uint32_t NumberOfSlot(const ThreadCounters* slot) noexcept;

/// Counts a block more (1) or less (-1) without a slot, for threads that have none.
void CountShared(int blocks, uint64_t bytes) noexcept;

void Flush(ThreadCounters* counters) noexcept;

/// See CallBeforeNextHeapCall; null but for a few calls of one thread.
extern __attribute__((tls_model("initial-exec"))) __thread void (*t_before_heap_call)();
void RunBeforeHeapCall(void* released) noexcept;

/// See StayOffFastPath.
extern __attribute__((tls_model("initial-exec"))) __thread bool t_off_fast_path;

/// Every slow path must call this before it counts, or forgets, a block: with the block that is
/// about to be released, or with null for an allocation and for a block that a realloc released.
inline void BeforeCounting(void* released) noexcept {
  if (__builtin_expect(t_before_heap_call != nullptr, 0)) RunBeforeHeapCall(released);
}

/// Adds to a field that this thread alone writes and others read. One instruction where the
/// machine has it: compilers split a relaxed load and store into three, and a signal handler that
/// allocates could come in between.
inline void AddTo(uint64_t& field, uint64_t value) noexcept {
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
  __asm__("addq %1, %0" : "+m"(field) : "er"(value));
#else
  __atomic_store_n(&field, __atomic_load_n(&field, __ATOMIC_RELAXED) + value, __ATOMIC_RELAXED);
#endif
}

/// One block of `bytes` more, or less, in a slot of this thread.
inline void CountAllocated(ThreadCounters* counters, uint64_t bytes) noexcept {
  AddTo(counters->allocations, 1);
  AddTo(counters->allocated_bytes, bytes);
  const int64_t live = static_cast<int64_t>(counters->allocated_bytes - counters->freed_bytes);
  if (live > counters->high) {
    counters->high = live;
    if (__builtin_expect(live > counters->flush_above, 0)) Flush(counters);
  }
}
inline void CountFreed(ThreadCounters* counters, uint64_t bytes) noexcept {
  AddTo(counters->frees, 1);
  AddTo(counters->freed_bytes, bytes);
  const int64_t live = static_cast<int64_t>(counters->allocated_bytes - counters->freed_bytes);
  if (__builtin_expect(live < counters->flush_below, 0)) Flush(counters);
}

}  // namespace counters_internal
#pragma GCC visibility pop

/// `block`, not null, was allocated by this thread. Returns it.
inline void* OnAllocate(void* block) noexcept {
  using namespace counters_internal;
  ThreadCounters* const counters = t_fast_counters;
  if (__builtin_expect(counters == nullptr, 0)) return AllocateSlowly(block);
  // Only now: before another allocator's block there may be no page.
  const size_t word = ChunkWord(block);
  AddTo(counters->allocations, 1);
  AddTo(counters->allocated_bytes, ChunkBytes(word));
  const int64_t live = static_cast<int64_t>(counters->allocated_bytes - counters->freed_bytes);
  if (live > counters->high) {
    counters->high = live;
    if (__builtin_expect(live > counters->flush_above, 0)) return FlushAfter(block);
  }
  return block;
}

/// `block`, not null, is about to be freed by this thread. Returns it.
inline void* OnFree(void* block) noexcept {
  using namespace counters_internal;
  ThreadCounters* const counters = t_fast_counters;
  if (__builtin_expect(counters == nullptr, 0)) return FreeSlowly(block);
  const size_t word = ChunkWord(block);
  AddTo(counters->frees, 1);
  AddTo(counters->freed_bytes, ChunkBytes(word));
  const int64_t live = static_cast<int64_t>(counters->allocated_bytes - counters->freed_bytes);
  if (__builtin_expect(live < counters->flush_below, 0)) return FlushAfter(block);
  return block;
}

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_COUNTERS_H_
