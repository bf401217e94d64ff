// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gtest_plugin/hooks/hooks.h"
#include "gtest_plugin/include/memprof/tracker.h"
#include "gtest_plugin/tracker/counters.h"
#include "gtest_plugin/tracker/gauges.h"
#include "gtest_plugin/tracker/ignored.h"
#include "gtest_plugin/tracker/pairs.h"
#include "gtest_plugin/tracker/scopes.h"
#include "gtest_plugin/tracker/session.h"
#include "gtest_plugin/unwind/stack_walk.h"

// The table that a test's author reaches by memprof/gtest.h. A boundary that was told by the stream
// and is not yet read comes before whatever the author says: it is the test's start.

namespace memprof {
namespace {

/// What every function of the table does around its work.
class AuthorCall {
 public:
  AuthorCall() noexcept : errno_(errno) { RunPendingHeapCall(); }
  ~AuthorCall() noexcept { errno = errno_; }
  AuthorCall(const AuthorCall&) = delete;
  AuthorCall& operator=(const AuthorCall&) = delete;

 private:
  int errno_;
};

void BeginIgnore() {
  const AuthorCall call;
  BeginIgnoring();
}

void EndIgnore() {
  const AuthorCall call;
  EndIgnoring();
}

void Limit(memprof_limit kind, int64_t value, const char* file, int line) {
  const AuthorCall call;
  ProcessSession().AddLimit(kind, value, file, line);
}

void Keeps(int64_t bytes, const char* why, const char* file, int line) {
  const AuthorCall call;
  ProcessSession().AddKeeps(bytes, why, file, line);
}

uint32_t BeginGauge(const char* name, memprof_gauge_function function, void* context) {
  const AuthorCall call;
  return AddGauge(name, function, context);
}

void EndGauge(uint32_t number) {
  const AuthorCall call;
  RemoveGauge(number);
}

void Acquire(const char* kind, const void* handle) {
  const CallerFrame from = FrameOfCaller();
  const AuthorCall call;
  AcquireNamed(kind, handle, from);
}

void Release(const char* kind, const void* handle) {
  const AuthorCall call;
  ReleaseNamed(kind, handle);
}

constexpr memprof_tracker kTable = {
    MEMPROF_TRACKER_VERSION,
    &WhyHeapNotCounted,
    &BeginScope,
    &ReadScope,
    &EndScope,
    &ScopeStack,
    &BeginIgnore,
    &EndIgnore,
    &Limit,
    &Keeps,
    &BeginGauge,
    &EndGauge,
    &Acquire,
    &Release,
};

}  // namespace
}  // namespace memprof

MEMPROF_EXPORT const memprof_tracker* memprof_tracker_of(uint32_t version) {
  const char* const mode = getenv("MEMPROF");
  const bool is_off = mode != nullptr && strcmp(mode, "off") == 0;
  if (version != MEMPROF_TRACKER_VERSION || is_off) return nullptr;
  // Now, before the tests: what the dynamic linker says of missing names would be the first one's.
  memprof::WhyHeapNotCounted();
  return &memprof::kTable;
}
