// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/ignored.h"

#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/counters.h"

namespace memprof {

__attribute__((tls_model("initial-exec"))) __thread uint32_t t_ignores = 0;

namespace {

// Where the thread's outermost scope began, or the test, if that was later.
struct Mark {
  int64_t live_bytes;
  int64_t live_blocks;
  uint64_t allocations;
  uint64_t allocated_bytes;
  uint64_t test;
};
__attribute__((tls_model("initial-exec"))) __thread Mark t_mark;
__attribute__((tls_model("initial-exec"))) __thread IgnoredByThread t_ignored;
__attribute__((tls_model("initial-exec"))) __thread int64_t t_scope_high;

IgnoredSum g_sum;
uint64_t g_test = 0;  // counts them

Mark Now() {
  Mark mark = {0, 0, 0, 0, __atomic_load_n(&g_test, __ATOMIC_RELAXED)};
  const ThreadCounters* const own = counters_internal::SlotOfThread();
  if (own == nullptr) return mark;
  mark.live_bytes = static_cast<int64_t>(own->allocated_bytes - own->freed_bytes);
  mark.live_blocks = static_cast<int64_t>(own->allocations - own->frees);
  mark.allocations = own->allocations;
  mark.allocated_bytes = own->allocated_bytes;
  return mark;
}

// The peak of the thread's scopes as of now: what comes later is in ThreadCounters::high.
int64_t FlushedHigh() {
  ThreadCounters* const own = counters_internal::SlotOfThread();
  if (own == nullptr) return 0;
  counters_internal::Flush(own);
  return own->scope_high;
}

int64_t NotNegative(int64_t value) { return value > 0 ? value : 0; }

// Brings what the thread has ignored since the mark to the sums, and sets the mark anew.
void AddSinceMark() {
  const Mark now = Now();
  const Mark then = t_mark;
  t_mark = now;
  const IgnoredSum more = {NotNegative(now.live_bytes - then.live_bytes),
                           NotNegative(now.live_blocks - then.live_blocks),
                           now.allocations - then.allocations};
  t_ignored.sum.kept_bytes += more.kept_bytes;
  t_ignored.sum.kept_blocks += more.kept_blocks;
  t_ignored.sum.allocations += more.allocations;
  t_ignored.allocated_bytes += now.allocated_bytes - then.allocated_bytes;
  if (now.test != then.test) return;  // begun before the test
  __atomic_add_fetch(&g_sum.kept_bytes, more.kept_bytes, __ATOMIC_RELAXED);
  __atomic_add_fetch(&g_sum.kept_blocks, more.kept_blocks, __ATOMIC_RELAXED);
  __atomic_add_fetch(&g_sum.allocations, more.allocations, __ATOMIC_RELAXED);
}

template <class T>
T TakeAll(T* sum) {
  return __atomic_exchange_n(sum, T{0}, __ATOMIC_RELAXED);
}

}  // namespace

IgnoredByThread IgnoredHere() noexcept {
  if (t_ignores > 0) AddSinceMark();
  return t_ignored;
}

void BeginIgnoring() noexcept {
  if (t_ignores++ == 0) {
    t_mark = Now();
    t_scope_high = FlushedHigh();
  }
  NoticeBoundary();
}

void EndIgnoring() noexcept {
  if (t_ignores == 0 || --t_ignores > 0) return;
  AddSinceMark();
  // What was alive for a while in between is no peak of the scopes around.
  FlushedHigh();
  ThreadCounters* const own = counters_internal::SlotOfThread();
  if (own != nullptr) own->scope_high = t_scope_high;
}

void BeginTestOfIgnored() noexcept {
  __atomic_add_fetch(&g_test, 1, __ATOMIC_RELAXED);
  EndTestOfIgnored();
}

IgnoredSum EndTestOfIgnored() noexcept {
  if (t_ignores > 0) AddSinceMark();
  return {TakeAll(&g_sum.kept_bytes), TakeAll(&g_sum.kept_blocks), TakeAll(&g_sum.allocations)};
}

}  // namespace memprof
