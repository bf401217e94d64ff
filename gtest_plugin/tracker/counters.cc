// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/counters.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>

#include "gtest_plugin/record/format.h"

namespace memprof {
namespace counters_internal {

__thread ThreadCounters* t_fast_counters = nullptr;
__thread void (*t_before_heap_call)() = nullptr;
__thread bool t_off_fast_path = false;

}  // namespace counters_internal

namespace {

using counters_internal::t_fast_counters;

// Untouched slots cost address space alone. Threads beyond these share g_shared, atomically.
constexpr uint32_t kSlots = counters_internal::kMaxSlots;
ThreadCounters g_slots[kSlots];
ThreadCounters g_shared;

uint32_t g_slots_used = 0;  // slots ever taken: [0, g_slots_used) is what sums must read
uint32_t g_threads_now = 0;
uint32_t g_threads_most = 0;
int64_t g_live = 0;
int64_t g_peak = 0;
int64_t g_inner_peak = 0;
int64_t g_alarm = INT64_MAX;
void (*g_alarm_callback)() = nullptr;
bool g_fast_path_left = false;

pthread_key_t g_exit_key;
bool g_exit_key_ready = false;
void (*g_exit_callback)() = nullptr;
void (*g_slot_callback)() = nullptr;

// The thread's slot, whether or not the fast path may use it.
__attribute__((tls_model("initial-exec"))) __thread ThreadCounters* t_counters = nullptr;

// A thread whose slot is given back, and that still allocates: later destructors do.
__attribute__((tls_model("initial-exec"))) __thread bool t_slot_returned = false;
__attribute__((tls_model("initial-exec"))) __thread unsigned char t_exit_rounds = 0;

__attribute__((tls_model("initial-exec"))) __thread bool (*t_is_transient)(const void*, size_t);

using counters_internal::AddTo;

int64_t Live(const ThreadCounters& counters) {
  return static_cast<int64_t>(counters.allocated_bytes - counters.freed_bytes);
}

// From here on the slot's steps are measured from what is live in it now.
void Rebase(ThreadCounters* counters) {
  const int64_t live = Live(*counters);
  counters->flushed = counters->high = live;
  counters->flush_above = live + record::kPeakStep;
  counters->flush_below = live - record::kPeakStep;
}

template <class T>
void RaiseTo(T& highest, T value) {
  T seen = __atomic_load_n(&highest, __ATOMIC_RELAXED);
  while (value > seen && !__atomic_compare_exchange_n(&highest, &seen, value, true,
                                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

void RaisePeaks(int64_t high) {
  RaiseTo(g_peak, high);
  RaiseTo(g_inner_peak, high);
}

template <class T>
T Load(const T& field) {
  return __atomic_load_n(&field, __ATOMIC_RELAXED);
}

// The alarm is off by the time that it rings, so that the callback may allocate.
void RingAlarm(int64_t live) {
  int64_t alarm = Load(g_alarm);
  if (live <= alarm || !__atomic_compare_exchange_n(&g_alarm, &alarm, INT64_MAX, false,
                                                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    return;
  }
  g_alarm_callback();
}

}  // namespace

void counters_internal::Flush(ThreadCounters* counters) noexcept {
  const int64_t change = Live(*counters) - counters->flushed;
  const int64_t before = __atomic_fetch_add(&g_live, change, __ATOMIC_RELAXED);
  const int64_t high = before + (counters->high - counters->flushed);
  RaisePeaks(high);
  if (counters->high > counters->scope_high) counters->scope_high = counters->high;
  Rebase(counters);
  if (__builtin_expect(high > Load(g_alarm), 0)) RingAlarm(high);
}

namespace {

using counters_internal::Flush;

void ReturnSlot(void* slot) {
  // Destructors of other keys may still free. So go late: the key is set again for as many rounds
  // as POSIX grants, less the one after which a thread came here that first allocated in it.
  if (++t_exit_rounds < PTHREAD_DESTRUCTOR_ITERATIONS - 1) {
    pthread_setspecific(g_exit_key, slot);
    return;
  }
  ThreadCounters* counters = static_cast<ThreadCounters*>(slot);
  Flush(counters);
  if (g_slot_callback != nullptr) g_slot_callback();
  t_slot_returned = true;
  t_counters = t_fast_counters = nullptr;
  __atomic_sub_fetch(&g_threads_now, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&counters->in_use, 0, __ATOMIC_RELEASE);
  if (g_exit_callback != nullptr) g_exit_callback();
}

__attribute__((constructor(101))) void MakeExitKey() {
  g_exit_key_ready = pthread_key_create(&g_exit_key, &ReturnSlot) == 0;
  // The main thread has its slot from before there was a key, and keeps it for ever.
}

void Add(HeapTotals& totals, const ThreadCounters& counters) {
  totals.allocations += Load(counters.allocations);
  totals.allocated_bytes += Load(counters.allocated_bytes);
  totals.frees += Load(counters.frees);
  totals.live_bytes +=
      static_cast<int64_t>(Load(counters.allocated_bytes) - Load(counters.freed_bytes));
}

// Unless something keeps the thread off it.
void TakeFastPath() {
  if (!g_sizes_from_chunk_header || Load(g_fast_path_left)) return;
  if (counters_internal::t_before_heap_call != nullptr || counters_internal::t_off_fast_path) {
    return;
  }
  t_fast_counters = t_counters;
}

void FlushOwn() {
  if (t_counters != nullptr) Flush(t_counters);
}

// A slot for this thread; null where it gave its own back, or none is left.
ThreadCounters* Acquire() {
  if (t_counters != nullptr || t_slot_returned) return t_counters;
  for (uint32_t i = 0; i < kSlots; ++i) {
    uint32_t free = 0;
    if (Load(g_slots[i].in_use) != 0 ||
        !__atomic_compare_exchange_n(&g_slots[i].in_use, &free, 1u, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    ThreadCounters* counters = &g_slots[i];
    RaiseTo(g_slots_used, i + 1);
    RaiseTo(g_threads_most, __atomic_add_fetch(&g_threads_now, 1, __ATOMIC_RELAXED));
    Rebase(counters);
    t_counters = counters;
    TakeFastPath();
    // Only now: pthread_setspecific may allocate for late keys, and comes back here with a slot.
    if (g_exit_key_ready) {
      const int saved = errno;
      pthread_setspecific(g_exit_key, counters);
      errno = saved;
    }
    return counters;
  }
  return nullptr;
}

void CountAllocation(uint64_t bytes) {
  ThreadCounters* counters = Acquire();
  if (counters == nullptr) {
    counters_internal::CountShared(1, bytes);
  } else {
    counters_internal::CountAllocated(counters, bytes);
  }
}

void CountFree(uint64_t bytes) {
  ThreadCounters* counters = Acquire();
  if (counters == nullptr) {
    counters_internal::CountShared(-1, bytes);
  } else {
    counters_internal::CountFreed(counters, bytes);
  }
}

}  // namespace

namespace counters_internal {

ThreadCounters* SlotOfThread() noexcept { return Acquire(); }

uint32_t NumberOfSlot(const ThreadCounters* slot) noexcept {
  return static_cast<uint32_t>(slot - g_slots);
}

void CountShared(int blocks, uint64_t bytes) noexcept {
  const bool is_free = blocks < 0;
  __atomic_add_fetch(is_free ? &g_shared.frees : &g_shared.allocations, 1, __ATOMIC_RELAXED);
  __atomic_add_fetch(is_free ? &g_shared.freed_bytes : &g_shared.allocated_bytes, bytes,
                     __ATOMIC_RELAXED);
  const int64_t change = static_cast<int64_t>(is_free ? -bytes : bytes);
  RaisePeaks(__atomic_add_fetch(&g_live, change, __ATOMIC_RELAXED));
}

__attribute__((noinline)) void* AllocateSlowly(void* block) noexcept {
  BeforeCounting(nullptr);
  CountAllocation(BlockSize(block));
  return block;
}

__attribute__((noinline)) void* FreeSlowly(void* block) noexcept {
  BeforeCounting(block);
  CountFree(BlockSize(block));
  return block;
}

__attribute__((noinline)) void* FlushAfter(void* block) noexcept {
  Flush(t_fast_counters);
  return block;
}

}  // namespace counters_internal

void OnReallocate(size_t old_bytes) noexcept {
  counters_internal::BeforeCounting(nullptr);
  CountFree(old_bytes);
}

void CallBeforeNextHeapCall(void (*callback)(),
                            bool (*is_transient)(const void* block, size_t bytes)) noexcept {
  t_is_transient = is_transient;
  counters_internal::t_before_heap_call = callback;
  t_fast_counters = nullptr;  // the slow paths look whether there is something to call
}

void counters_internal::RunBeforeHeapCall(void* released) noexcept {
  if (released != nullptr && t_is_transient(released, BlockSize(released))) return;
  void (*const callback)() = t_before_heap_call;
  t_before_heap_call = nullptr;
  TakeFastPath();
  const int saved = errno;
  callback();
  errno = saved;
}

HeapTotals ReadHeapTotals() noexcept {
  HeapTotals totals;
  const uint32_t used = __atomic_load_n(&g_slots_used, __ATOMIC_ACQUIRE);
  for (uint32_t i = 0; i < used; ++i) Add(totals, g_slots[i]);
  Add(totals, g_shared);
  return totals;
}

int64_t BeginPeak() noexcept {
  FlushOwn();
  const int64_t live = Load(g_live);
  __atomic_store_n(&g_peak, live, __ATOMIC_RELAXED);
  return live;
}

int64_t PeakAbove(int64_t base) noexcept {
  FlushOwn();
  const int64_t peak = Load(g_peak) - base;
  return peak > 0 ? peak : 0;
}

int64_t BeginInnerPeak(int64_t* live_bytes) noexcept {
  FlushOwn();
  *live_bytes = Load(g_live);
  return __atomic_exchange_n(&g_inner_peak, *live_bytes, __ATOMIC_RELAXED);
}

int64_t InnerPeak() noexcept {
  FlushOwn();
  return Load(g_inner_peak);
}

void EndInnerPeak(int64_t outer) noexcept { RaiseTo(g_inner_peak, outer); }

uint32_t CountedThreads() noexcept { return Load(g_threads_most); }

void SetThreadExitCallback(void (*callback)()) noexcept { g_exit_callback = callback; }

void SetSlotReturnCallback(void (*callback)()) noexcept { g_slot_callback = callback; }

void CallAbove(int64_t live_bytes, void (*callback)()) noexcept {
  if (callback != nullptr) g_alarm_callback = callback;
  __atomic_store_n(&g_alarm, live_bytes, __ATOMIC_RELEASE);
}

void LeaveFastPath() noexcept {
  __atomic_store_n(&g_fast_path_left, true, __ATOMIC_RELAXED);
  t_fast_counters = nullptr;
}

bool HasLeftFastPath() noexcept { return Load(g_fast_path_left); }

void StayOffFastPath(bool stay) noexcept {
  counters_internal::t_off_fast_path = stay;
  if (stay) {
    t_fast_counters = nullptr;
  } else {
    TakeFastPath();
  }
}

void RunPendingHeapCall() noexcept { counters_internal::BeforeCounting(nullptr); }

}  // namespace memprof
