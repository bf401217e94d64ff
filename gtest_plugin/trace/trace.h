// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACE_TRACE_H_
#define MEMPROF_GTEST_PLUGIN_TRACE_TRACE_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/trace/block_table.h"
#include "gtest_plugin/trace/lifetime_samples.h"
#include "gtest_plugin/trace/origin_table.h"
#include "gtest_plugin/trace/site_table.h"
#include "gtest_plugin/trace/stack_table.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/unwind/stack_memo.h"
#include "gtest_plugin/unwind/stack_walk.h"

/// The full trace: every live block with its size, stack, thread and window.
///
///     malloc hook ─► AllocateTraced ─► StackMemo ─► ThreadSite ─► BlockTable
///     free hook   ─► FreeTraced                                     │
///     test's end  ─► TraceWriter  ◄── a walk over all live blocks ──┘
///
/// The hot path takes no lock and makes no atomic read-modify-write: whatever a thread changes is
/// its own, but for the block table's entries, each of which belongs to whoever holds the block.
#pragma GCC visibility push(hidden)
namespace memprof {

/// What belongs to one thread, for as long as it holds a slot of the counters.
struct ThreadTrace {
  ThreadCounters* counters;
  const void* last_block;  ///< allocated by the thread's last event; null when that was another
  ThreadSite* last_site;
  uint32_t thread;     ///< its number
  uint32_t countdown;  ///< to the next block whose lifetime is sampled
  /// Not 0: the next call of the thread goes another way than the usual one.
  enum Attention : uint8_t {
    kBusy = 1,      ///< within the trace: a signal handler that allocates finds it so
    kBoundary = 2,  ///< counters_internal::BeforeCounting has something to do
    kAuthor = 4,    ///< within a scope that waits for an allocation, or an IgnoreScope
  };
  uint8_t attention;
  OriginTable::Handful origins;
  SiteIndex sites;
  /// How often in a row the blocks were reallocated, of those reallocated lately.
  struct Chain {
    const void* block;
    uint32_t length;
  } chains[64];
  StackMemo memo;
  /// Of the reallocation that the thread is in: the block that it takes away, then the one that it
  /// has got. Neither is in the table, and yet what it refers to is not lost.
  struct Moving {
    const void* block;  ///< null: there is none, and the rest means nothing
    uint64_t bytes;
    uint32_t origin;
  } moved_to, moved_from;
};

/// The tables of the process. Never destroyed.
struct TraceTables {
  BlockTable blocks;
  HugeSizes huge;
  StackTable stacks;
  OriginTable origins;
  SiteTable sites;
  LifetimeSamples lifetimes;
  uint64_t unknown_frees = 0;
  uint64_t untracked_blocks = 0;
};
extern TraceTables g_tables;

/// The window that is open; what is made now is the window's.
extern uint32_t g_window;

/// The one that is open to a thread within an IgnoreScope. The session's own come behind it.
constexpr uint32_t kIgnoredWindowId = 1;

/// Rises where a module may go and where one has gone; stacks of different epochs are different.
extern uint32_t g_module_epoch;

/// The calling thread's trace. Null where there is none: the trace is off, the thread is new, or it
/// has given its slot back.
extern __attribute__((tls_model("initial-exec"))) __thread ThreadTrace* t_trace;

/// Whether blocks are traced. Decided at the process's first allocation, from MEMPROF_TRACE.
bool IsTracing() noexcept;

/// Why there is no trace although one was asked for; null when there is one or nobody asked.
const char* WhyNotTracing() noexcept;

/// For a thread that has no trace: gives it one, deciding first whether there is tracing at all.
ThreadTrace* AttachThread() noexcept;

/// Keeps `block`, which the thread has allocated; returns it. `from` is the frame that called the
/// hook.
void* AllocateTraced(ThreadTrace* trace, void* block, size_t size,
                     const CallerFrame& from) noexcept;

/// The same of a thread that has no trace: what it makes is counted, and not kept.
void* AllocateUntraced(void* block) noexcept;
void FreeUntraced(void* block) noexcept;

/// The allocator's realloc with the trace around it. `trace` may be null.
void* ReallocateTraced(ThreadTrace* trace, void* old_block, size_t size,
                       const CallerFrame& from) noexcept;

/// The origin for something that the calling thread makes now, other than a block; 0 where none
/// can be made. It unwinds, which takes a microsecond.
uint32_t OriginHere(const CallerFrame& from) noexcept;

/// Threads that were given a trace so far, and the memory that all their traces have touched.
uint32_t TracedThreads() noexcept;
uint64_t ThreadTraceBytes() noexcept;

/// The first block behind `address`, in the order of addresses, that a thread is reallocating.
/// False where there is none. For when all threads stand still; the block may be in the table too,
/// or be freed already and others' by now.
bool NextMovingBlock(uintptr_t address, ThreadTrace::Moving* found) noexcept;

/// To be called after CallBeforeNextHeapCall, and when t_off_fast_path or t_ignores has changed.
void NoticeBoundary() noexcept;

/// Requested bytes of the block with this entry.
uint64_t SizeOf(const void* block, uint64_t word) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACE_TRACE_H_
