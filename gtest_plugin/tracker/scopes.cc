// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/scopes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/code_places.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/first_allocation.h"
#include "gtest_plugin/tracker/heap_owner.h"
#include "gtest_plugin/tracker/ignored.h"

namespace memprof {
namespace {

enum Kind : uint64_t { kNotMeasured = 0, kOneThread = 1, kAllThreads = 2 };

// What a memprof_scope holds.
struct State {
  uint64_t kind;
  uint64_t watch;            // StackWatch
  ThreadCounters* counters;  // of the thread that began it
  uint64_t allocations;
  uint64_t allocated_bytes;
  int64_t live_blocks;
  int64_t live_bytes;
  int64_t peak_base;   // bytes to measure the peak from
  int64_t outer_peak;  // what EndScope gives back
  IgnoredByThread ignored;
};
static_assert(sizeof(State) <= sizeof(memprof_scope), "a scope has room for it");

State* StateOf(memprof_scope* scope) { return reinterpret_cast<State*>(scope->opaque); }
const State* StateOf(const memprof_scope* scope) {
  return reinterpret_cast<const State*>(scope->opaque);
}

// In a child of a traced process blocks are counted with other sizes than in the parent.
bool IsCountedNow() { return WhyHeapNotCounted() == nullptr && HasLeftFastPath() == IsTracing(); }

HeapTotals TotalsOf(const ThreadCounters& counters) {
  const auto load = [](const uint64_t& field) { return __atomic_load_n(&field, __ATOMIC_RELAXED); };
  HeapTotals totals;
  totals.allocations = load(counters.allocations);
  totals.allocated_bytes = load(counters.allocated_bytes);
  totals.frees = load(counters.frees);
  totals.live_bytes = static_cast<int64_t>(totals.allocated_bytes - load(counters.freed_bytes));
  return totals;
}

int64_t Higher(int64_t a, int64_t b) { return a > b ? a : b; }

}  // namespace

const char* WhyHeapNotCounted() noexcept {
  // Asking the dynamic linker takes microseconds, and its answer stays.
  enum : int { kUnknown, kAsking, kCounted, kNotCounted };
  static int answer = kUnknown;
  static char why[128];
  int known = kUnknown;
  if (__atomic_compare_exchange_n(&answer, &known, +kAsking, false, __ATOMIC_ACQUIRE,
                                  __ATOMIC_ACQUIRE)) {
    const int saved = errno;
    const HeapOwnership owner = DetectHeapOwner();
    snprintf(why, sizeof(why), "%s answers malloc in this process", owner.name);
    known = owner.counted() ? kCounted : kNotCounted;
    __atomic_store_n(&answer, known, __ATOMIC_RELEASE);
    errno = saved;
  }
  if (known == kAsking) return "it is just being found out who answers malloc";
  return known == kCounted ? nullptr : why;
}

void BeginScope(memprof_scope* scope, memprof_threads threads, int with_stack) noexcept {
  State* const state = StateOf(scope);
  *state = State();
  if (!IsCountedNow()) return;
  RunPendingHeapCall();
  if (with_stack != 0) state->watch = WatchFirstAllocation();
  HeapTotals now;
  if (threads == MEMPROF_ALL_THREADS) {
    state->kind = kAllThreads;
    state->outer_peak = BeginInnerPeak(&state->peak_base);
    now = ReadHeapTotals();
  } else {
    ThreadCounters* const counters = counters_internal::SlotOfThread();
    if (counters == nullptr) return;  // at the thread's end, or one of too many
    state->kind = kOneThread;
    state->counters = counters;
    counters_internal::Flush(counters);
    now = TotalsOf(*counters);
    state->outer_peak = counters->scope_high;
    counters->scope_high = state->peak_base = now.live_bytes;
  }
  state->allocations = now.allocations;
  state->allocated_bytes = now.allocated_bytes;
  state->live_blocks = now.live_blocks();
  state->live_bytes = now.live_bytes;
  state->ignored = IgnoredHere();
}

void ReadScope(const memprof_scope* scope, memprof_usage* usage) noexcept {
  const State* const state = StateOf(scope);
  *usage = memprof_usage();
  if (state->kind == kNotMeasured || !IsCountedNow()) return;
  const bool is_all = state->kind == kAllThreads;
  const HeapTotals now = is_all ? ReadHeapTotals() : TotalsOf(*state->counters);
  const int64_t peak = is_all
                           ? InnerPeak()
                           : Higher(__atomic_load_n(&state->counters->scope_high, __ATOMIC_RELAXED),
                                    __atomic_load_n(&state->counters->high, __ATOMIC_RELAXED));
  usage->is_measured = 1;
  const IgnoredByThread ignored = IgnoredHere();
  const IgnoredByThread& before = state->ignored;
  usage->allocations =
      now.allocations - state->allocations - (ignored.sum.allocations - before.sum.allocations);
  usage->allocated_bytes = now.allocated_bytes - state->allocated_bytes -
                           (ignored.allocated_bytes - before.allocated_bytes);
  usage->kept_blocks =
      now.live_blocks() - state->live_blocks - (ignored.sum.kept_blocks - before.sum.kept_blocks);
  usage->kept_bytes =
      now.live_bytes - state->live_bytes - (ignored.sum.kept_bytes - before.sum.kept_bytes);
  usage->peak_bytes = Higher(peak - state->peak_base, 0);
}

void EndScope(memprof_scope* scope) noexcept {
  State* const state = StateOf(scope);
  EndWatch(static_cast<StackWatch>(state->watch));
  if (state->kind == kAllThreads) EndInnerPeak(state->outer_peak);
  if (state->kind == kOneThread && state->counters == counters_internal::SlotOfThread()) {
    state->counters->scope_high = Higher(state->outer_peak, state->counters->scope_high);
  }
  *state = State();
}

size_t ScopeStack(const memprof_scope* scope, char* text, size_t size) noexcept {
  const int saved = errno;
  const uintptr_t* addresses = nullptr;
  const uint32_t frames = WatchedStack(static_cast<StackWatch>(StateOf(scope)->watch), &addresses);
  const size_t length = DescribeCode(addresses, frames, text, size);
  errno = saved;
  return length;
}

}  // namespace memprof
