// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/trace.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gtest_plugin/trace/environment.h"
#include "gtest_plugin/trace/module_list.h"
#include "gtest_plugin/trace/traced_block.h"
#include "gtest_plugin/tracker/first_allocation.h"
#include "gtest_plugin/tracker/ignored.h"

namespace memprof {

TraceTables g_tables;
uint32_t g_window = 0;
uint32_t g_module_epoch = 0;
__thread ThreadTrace* t_trace = nullptr;

namespace {

using counters_internal::CountAllocated;
using counters_internal::CountFreed;
using counters_internal::CountShared;

enum State : int { kUndecided, kOff, kOn };
int g_state = kUndecided;
const char* g_why_not = nullptr;
uint32_t g_threads = 0;

// By number of the counters' slot: threads that come later take over what earlier ones left.
ThreadTrace* g_of_slot[counters_internal::kMaxSlots];

bool StartTables() {
  // The granule must not be larger than the least distance of two blocks.
  const unsigned granule_shift = g_sizes_from_chunk_header ? 5 : 3;
  g_tables.blocks.Start(granule_shift);
  if (g_tables.stacks.Start() && g_tables.origins.Start() && g_tables.sites.Start()) return true;
  g_tables.stacks.Release();
  g_tables.origins.Release();
  g_tables.sites.Release();
  return false;
}

// The tables reserve 3 GiB, and more with the heap: what they take of a limit the program lacks.
bool IsAddressSpaceShort() {
  constexpr uint64_t kEnough = uint64_t{16} << 30;
  rlimit64 limit;
  return syscall(SYS_prlimit64, 0, RLIMIT_AS, nullptr, &limit) == 0 && limit.rlim_cur < kEnough;
}

// The slot, and what belongs to it, goes to another thread.
void OnSlotReturned() { t_trace = nullptr; }

// The first allocation of a process is made by one thread alone.
void Decide() {
  const int saved = errno;
  int state = kOff;
  // Looking up the allocator may allocate, and come here again.
  __atomic_store_n(&g_state, kOff, __ATOMIC_RELEASE);
  if (EarlyEnvironmentIs("MEMPROF_TRACE", "1") && !EarlyEnvironmentIs("MEMPROF", "off")) {
    ResolveHeapFunctions();
    if (!IsAddressSpaceShort() && StartTables()) {
      state = kOn;
      LeaveFastPath();
      SetSlotReturnCallback(&OnSlotReturned);
    } else {
      g_why_not = "the address space is limited to too little for its tables (ulimit -v)";
    }
  }
  __atomic_store_n(&g_state, state, __ATOMIC_RELEASE);
  errno = saved;
}

// A child of fork is not measured, and another thread may have left anything half done.
void StopInChild() {
  __atomic_store_n(&g_state, kOff, __ATOMIC_RELEASE);
  t_trace = nullptr;
}
__attribute__((constructor(101))) void WatchForks() {
  pthread_atfork(nullptr, nullptr, &StopInChild);
}

ThreadSite* SiteFor(ThreadTrace* trace, uint32_t stack) {
  ThreadSite* site = trace->sites.Find(stack);
  if (site != nullptr) return site;
  site = g_tables.sites.Add(stack);
  if (site == nullptr && stack != record::kNoStack) {
    g_tables.stacks.CountLost();
    return SiteFor(trace, record::kNoStack);
  }
  if (site != nullptr) trace->sites.Put(stack, site);
  return site;
}

// What is made now is this window's, on this thread.
uint32_t OpenWindow() {
  return t_ignores != 0 ? kIgnoredWindowId : __atomic_load_n(&g_window, __ATOMIC_RELAXED);
}

uint32_t InternStack(const uintptr_t* addresses, const WalkResult& walk) {
  return g_tables.stacks.Intern(addresses, walk.frames, walk.flags,
                                g_modules.EpochOf(addresses, walk.frames));
}

}  // namespace

namespace trace_internal {

__attribute__((noinline)) ThreadSite* WalkToSite(ThreadTrace* trace, uintptr_t pc, uintptr_t sp,
                                                 uintptr_t bp) noexcept {
  const CallerFrame from = {pc, sp, bp};
  uintptr_t addresses[kMaxFrames];
  StackWords words;
  const WalkResult walk = WalkStack(from, addresses, &words);
  ThreadSite* const site = SiteFor(trace, InternStack(addresses, walk));
  if (site != nullptr) trace->memo.Insert(from, words, {site, site->site.stack});
  return site;
}

__attribute__((noinline)) bool KeepHuge(const void* block, size_t size) noexcept {
  return g_tables.huge.Put(block, size);
}

__attribute__((noinline)) uint64_t ForgetRare(const void* block, uint64_t word) noexcept {
  const uint64_t size = SizeOf(block, word);
  if ((word & BlockWord::kSizeMask) == BlockWord::kHuge) g_tables.huge.Remove(block);
  if ((word & BlockWord::kSampled) != 0) g_tables.lifetimes.Died(block);
  return size;
}

__attribute__((noinline)) void* AllocateUntracked(ThreadTrace* trace, void* block) noexcept {
  __atomic_add_fetch(&g_tables.untracked_blocks, 1, __ATOMIC_RELAXED);
  const uint64_t bytes = BlockSize(block);
  if (trace != nullptr) {
    CountAllocated(trace->counters, bytes);
  } else {
    CountShared(1, bytes);
  }
  return block;
}

__attribute__((noinline)) void FreeUntracked(ThreadTrace* trace, void* block) noexcept {
  __atomic_add_fetch(&g_tables.unknown_frees, 1, __ATOMIC_RELAXED);
  const uint64_t bytes = BlockSize(block);
  if (trace != nullptr) {
    CountFreed(trace->counters, bytes);
  } else {
    CountShared(-1, bytes);
  }
}

void Attend(ThreadTrace* trace, void* released) noexcept {
  if ((trace->attention & ThreadTrace::kBusy) != 0) return;
  trace->attention = 0;
  counters_internal::BeforeCounting(released);
  NoticeBoundary();  // a block that does not end the waiting
}

__attribute__((noinline)) void* AllocateAttending(ThreadTrace* trace, void* block, size_t size,
                                                  uintptr_t pc, uintptr_t sp,
                                                  uintptr_t bp) noexcept {
  if ((trace->attention & ThreadTrace::kBusy) != 0) return AllocateUntracked(trace, block);
  const CallerFrame from = {pc, sp, bp};
  trace->attention = 0;
  counters_internal::BeforeCounting(nullptr);
  if (counters_internal::t_off_fast_path) NoteFirstAllocation(from);
  KeepBlock(trace, block, size, from, &OpenWindow);
  NoticeBoundary();
  return block;
}

}  // namespace trace_internal

namespace {

// Keeps a block again that was taken out and then not freed. It is no sample any more.
void Restore(const void* block, uint64_t word, uint64_t bytes) {
  if ((word & BlockWord::kSizeMask) == BlockWord::kHuge) g_tables.huge.Put(block, bytes);
  g_tables.blocks.Store(block, word & ~(BlockWord::kHalf | BlockWord::kSampled));
}

// Of something with this stack, in the window that is open. What is opened and closed all the time
// takes one origin and not many.
uint32_t OriginOf(ThreadTrace* trace, uint32_t stack) {
  const uint32_t window = OpenWindow();
  ThreadSite* const site = SiteFor(trace, stack);
  if (site != nullptr && site->window == window && site->origin != 0) return site->origin;
  const uint32_t origin = g_tables.origins.Add(&trace->origins, stack, window, trace->thread);
  if (site != nullptr) {
    site->origin = origin;
    site->window = window;
  }
  return origin;
}

// Tells a snapshot that comes just now of a block that is not in the table. Whoever reads it does
// so while the thread stands still, so that the order of the code is all that counts.
void TellMoving(ThreadTrace::Moving* moving, const void* block, uint64_t bytes, uint32_t origin) {
  moving->bytes = bytes;
  moving->origin = origin;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  __atomic_store_n(&moving->block, block, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void EndMoving(ThreadTrace::Moving* moving) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  __atomic_store_n(&moving->block, nullptr, __ATOMIC_RELAXED);
}

uint32_t ChainSlot(const void* block) {
  return static_cast<uint32_t>((reinterpret_cast<uintptr_t>(block) * 0x9e3779b97f4a7c15u) >> 58);
}

}  // namespace

bool IsTracing() noexcept { return __atomic_load_n(&g_state, __ATOMIC_ACQUIRE) == kOn; }

const char* WhyNotTracing() noexcept { return g_why_not; }

__attribute__((noinline)) ThreadTrace* AttachThread() noexcept {
  if (__atomic_load_n(&g_state, __ATOMIC_ACQUIRE) == kUndecided) Decide();
  if (!IsTracing()) return nullptr;
  ThreadCounters* const counters = counters_internal::SlotOfThread();
  if (counters == nullptr) return nullptr;
  // Acquiring a slot may have allocated, and attached.
  if (t_trace != nullptr) return t_trace;
  ThreadTrace*& kept = g_of_slot[counters_internal::NumberOfSlot(counters)];
  if (kept == nullptr) {
    kept = static_cast<ThreadTrace*>(ReserveMemory(sizeof(ThreadTrace)));
    if (kept == nullptr) return nullptr;
    kept->countdown = LifetimeSamples::kEvery;
  }
  ThreadTrace* const trace = kept;
  trace->memo.Clear();  // it read another thread's stack
  trace->sites.BeginAnew();
  trace->counters = counters;
  trace->thread = __atomic_fetch_add(&g_threads, 1, __ATOMIC_RELAXED);
  trace->last_block = nullptr;
  trace->attention = 0;
  trace->moved_from = trace->moved_to = {nullptr, 0, 0};
  t_trace = trace;
  NoticeBoundary();
  return trace;
}

bool NextMovingBlock(uintptr_t address, ThreadTrace::Moving* found) noexcept {
  *found = {nullptr, 0, 0};
  const auto place_of = [](const ThreadTrace::Moving& moving) {
    return reinterpret_cast<uintptr_t>(moving.block);
  };
  for (const ThreadTrace* trace : g_of_slot) {
    if (trace == nullptr) continue;
    const ThreadTrace::Moving* const both[] = {&trace->moved_to, &trace->moved_from};
    for (const ThreadTrace::Moving* moving : both) {
      if (place_of(*moving) <= address) continue;
      if (found->block == nullptr || place_of(*moving) < place_of(*found)) *found = *moving;
    }
  }
  return found->block != nullptr;
}

uint32_t TracedThreads() noexcept { return __atomic_load_n(&g_threads, __ATOMIC_RELAXED); }

uint64_t ThreadTraceBytes() noexcept {
  uint64_t bytes = 0;
  for (const ThreadTrace* trace : g_of_slot) {
    if (trace == nullptr) break;  // slots are taken from the first on
    bytes += ResidentBytes(trace, sizeof(ThreadTrace));
  }
  return bytes;
}

uint64_t SizeOf(const void* block, uint64_t word) noexcept {
  const uint64_t size = word & BlockWord::kSizeMask;
  return __builtin_expect(size == BlockWord::kHuge, 0) ? g_tables.huge.Get(block) : size;
}

void* AllocateTraced(ThreadTrace* trace, void* block, size_t size,
                     const CallerFrame& from) noexcept {
  return AllocateTracedInline(trace, block, size, from);
}

void* AllocateUntraced(void* block) noexcept {
  return trace_internal::AllocateUntracked(nullptr, block);
}

void NoticeBoundary() noexcept {
  if (t_trace == nullptr) return;
  if (counters_internal::t_before_heap_call != nullptr) {
    t_trace->attention |= ThreadTrace::kBoundary;
  }
  if (counters_internal::t_off_fast_path || t_ignores != 0) {
    t_trace->attention |= ThreadTrace::kAuthor;
  }
}

void FreeUntraced(void* block) noexcept {
  const uint64_t word = g_tables.blocks.Take(block);
  if (word == 0) return trace_internal::FreeUntracked(nullptr, block);
  CountShared(-1, trace_internal::Forget(block, word));
}

void* ReallocateTraced(ThreadTrace* trace, void* old_block, size_t size,
                       const CallerFrame& from) noexcept {
  if (trace != nullptr && trace->attention != 0) trace_internal::Attend(trace, nullptr);
  if (old_block == nullptr) {
    void* const block = g_heap.realloc(nullptr, size);
    if (block == nullptr) return nullptr;
    return trace != nullptr ? AllocateTraced(trace, block, size, from) : AllocateUntraced(block);
  }
  if (trace != nullptr) {
    const uint64_t known = g_tables.blocks.Get(old_block);
    if (known != 0) {
      TellMoving(&trace->moved_from, old_block, SizeOf(old_block, known), BlockWord::Origin(known));
    }
  }
  // Before the real call: afterwards another thread may have been handed the old address.
  const uint64_t word = g_tables.blocks.Take(old_block);
  const uint64_t old_bytes =
      word != 0 ? trace_internal::Forget(old_block, word) : BlockSize(old_block);
  void* const block = g_heap.realloc(old_block, size);
  if (block == nullptr && size != 0) {  // it failed, and the old block stays as it was
    if (word != 0) Restore(old_block, word, old_bytes);
    if (trace != nullptr) EndMoving(&trace->moved_from);
    return nullptr;
  }
  if (trace != nullptr) {
    if (block != nullptr) TellMoving(&trace->moved_to, block, size, BlockWord::Origin(word));
    EndMoving(&trace->moved_from);
  }
  if (word == 0) __atomic_add_fetch(&g_tables.unknown_frees, 1, __ATOMIC_RELAXED);
  if (trace != nullptr) {
    CountFreed(trace->counters, old_bytes);
    trace->last_block = nullptr;
  } else {
    CountShared(-1, old_bytes);
  }
  if (block == nullptr) return nullptr;
  if (trace == nullptr) return AllocateUntraced(block);
  AllocateTraced(trace, block, size, from);
  EndMoving(&trace->moved_to);
  if (trace->last_block != block) return block;
  record::Site& site = trace->last_site->site;
  site.reallocs += 1;
  site.realloc_bytes += old_bytes;
  const ThreadTrace::Chain& before = trace->chains[ChainSlot(old_block)];
  const uint32_t length = before.block == old_block ? before.length + 1 : 1;
  trace->chains[ChainSlot(block)] = {block, length};
  if (length > site.longest_chain) site.longest_chain = length;
  return block;
}

uint32_t OriginHere(const CallerFrame& from) noexcept {
  const int saved = errno;
  // It is not for this call to decide about tracing: an allocator that starts up maps memory.
  ThreadTrace* const trace = t_trace != nullptr || !IsTracing() ? t_trace : AttachThread();
  uint32_t origin = 0;
  if (trace != nullptr && (trace->attention & ThreadTrace::kBusy) == 0) {
    trace->attention |= ThreadTrace::kBusy;
    uintptr_t addresses[kMaxFrames];
    const WalkResult walk = WalkStack(from, addresses, nullptr);
    origin = OriginOf(trace, InternStack(addresses, walk));
    trace->attention &= static_cast<uint8_t>(~ThreadTrace::kBusy);
  }
  errno = saved;
  return origin;
}

}  // namespace memprof
