// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_TRACED_BLOCK_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_TRACED_BLOCK_H_

#include "gtest_plugin/trace/trace.h"

/// The hot path of the trace, inline for malloc and free, which are nearly all calls.
#pragma GCC visibility push(hidden)
namespace memprof {
namespace trace_internal {

/// The site for a stack that the memo does not know; null when a table is full.
/// `pc`, `sp` and `bp` are a CallerFrame's, one by one, so that the hot path keeps them in
/// registers.
ThreadSite* WalkToSite(ThreadTrace* trace, uintptr_t pc, uintptr_t sp, uintptr_t bp) noexcept;

/// Keeps a size that has no room in an entry; false where that has no room either.
bool KeepHuge(const void* block, size_t size) noexcept;

/// Forgets what is kept of a block beside its entry; returns its bytes.
uint64_t ForgetRare(const void* block, uint64_t word) noexcept;

/// Blocks that the trace cannot keep, or that are older than it, are counted by what the allocator
/// says of them at both ends.
void* AllocateUntracked(ThreadTrace* trace, void* block) noexcept;
void FreeUntracked(ThreadTrace* trace, void* block) noexcept;

inline uint64_t Forget(const void* block, uint64_t word) noexcept {
  const uint64_t size = word & BlockWord::kSizeMask;
  const bool is_rare = size == BlockWord::kHuge || (word & BlockWord::kSampled) != 0;
  return __builtin_expect(is_rare, 0) ? ForgetRare(block, word) : size;
}

/// Does what the thread's `attention` asks for, unless the trace is busy.
void Attend(ThreadTrace* trace, void* released) noexcept;

/// As AllocateTraced, for a thread whose `attention` is not 0. The frame comes in parts, as in
/// WalkToSite.
void* AllocateAttending(ThreadTrace* trace, void* block, size_t size, uintptr_t pc, uintptr_t sp,
                        uintptr_t bp) noexcept;

/// Keeps a block as the window's that `window_now` returns. `attention` must be 0, and is so again
/// afterwards.
template <class Window>
__attribute__((always_inline)) inline void* KeepBlock(ThreadTrace* trace, void* block, size_t size,
                                                      CallerFrame from,
                                                      Window window_now) noexcept {
  trace->attention = ThreadTrace::kBusy;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  StackMemo::Entry* const entry = trace->memo.Find(from);
  ThreadSite* const site = __builtin_expect(entry != nullptr, 1)
                               ? static_cast<ThreadSite*>(entry->user.site)
                               : WalkToSite(trace, from.pc, from.sp, from.bp);
  bool tracked = false;
  if (__builtin_expect(site != nullptr, 1)) {
    const uint32_t window = window_now();
    if (__builtin_expect(site->window != window, 0)) {
      site->origin = g_tables.origins.Add(&trace->origins, site->site.stack, window, trace->thread);
      site->window = window;
    }
    site->Add(size);
    const bool is_huge = __builtin_expect(size >= BlockWord::kHuge, 0);
    uint64_t word = (uint64_t{site->origin} << 32) | (is_huge ? BlockWord::kHuge : size);
    if (__builtin_expect(--trace->countdown == 0, 0)) {
      trace->countdown = LifetimeSamples::kEvery;
      if (site->origin != 0 && g_tables.lifetimes.Born(block, site)) word |= BlockWord::kSampled;
    }
    tracked = site->origin != 0 && (!is_huge || KeepHuge(block, size)) &&
              g_tables.blocks.Store(block, word);
    trace->last_block = block;
    trace->last_site = site;
  }
  if (__builtin_expect(tracked, 1)) {
    counters_internal::CountAllocated(trace->counters, size);
  } else {
    AllocateUntracked(trace, block);
  }
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  trace->attention = 0;
  return block;
}

}  // namespace trace_internal

/// As AllocateTraced, of a thread that has a trace.
__attribute__((always_inline)) inline void* AllocateTracedInline(ThreadTrace* trace, void* block,
                                                                 size_t size,
                                                                 CallerFrame from) noexcept {
  using namespace trace_internal;
  if (__builtin_expect(trace->attention != 0, 0)) {
    return AllocateAttending(trace, block, size, from.pc, from.sp, from.bp);
  }
  return KeepBlock(trace, block, size, from,
                   [] { return __atomic_load_n(&g_window, __ATOMIC_RELAXED); });
}

/// `block` is about to be freed by a thread that has a trace.
__attribute__((always_inline)) inline void FreeTraced(ThreadTrace* trace, void* block) noexcept {
  using namespace trace_internal;
  if (__builtin_expect(trace->attention != 0, 0)) Attend(trace, block);
  const uint64_t word = g_tables.blocks.Take(block);
  if (__builtin_expect(word == 0, 0)) return FreeUntracked(trace, block);
  const uint64_t size = Forget(block, word);
  counters_internal::CountFreed(trace->counters, size);
  if (trace->last_block == block) {
    trace->last_site->site.temporaries += 1;
    trace->last_site->site.temporary_bytes += size;
  }
  trace->last_block = nullptr;
}

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_TRACED_BLOCK_H_
