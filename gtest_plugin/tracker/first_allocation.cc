// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/first_allocation.h"

#include <errno.h>
#include <string.h>

#include "gtest_plugin/trace/trace.h"
#include "gtest_plugin/tracker/counters.h"

namespace memprof {
namespace {

struct Watch {
  uint32_t is_taken;
  StackWatch outer;  // of the same thread
  uint32_t frames;
  uintptr_t addresses[kMaxFrames];
};

// Kept here and not in the caller's memory: a scope that is never ended (longjmp) leaves no pointer
// to where it was.
constexpr uint32_t kWatches = 256;
Watch g_watches[kWatches];

__attribute__((tls_model("initial-exec"))) __thread StackWatch t_innermost = 0;

Watch& Of(StackWatch watch) { return g_watches[watch - 1]; }

void SendThread() {
  bool waits = false;
  for (StackWatch each = t_innermost; each != 0; each = Of(each).outer) {
    if (Of(each).frames == 0) waits = true;
  }
  StayOffFastPath(waits);
  NoticeBoundary();
}

}  // namespace

StackWatch WatchFirstAllocation() noexcept {
  for (uint32_t i = 0; i < kWatches; ++i) {
    uint32_t free = 0;
    if (__atomic_load_n(&g_watches[i].is_taken, __ATOMIC_RELAXED) != 0 ||
        !__atomic_compare_exchange_n(&g_watches[i].is_taken, &free, 1u, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
      continue;
    }
    g_watches[i].outer = t_innermost;
    g_watches[i].frames = 0;
    t_innermost = i + 1;
    SendThread();
    return i + 1;
  }
  return 0;
}

void EndWatch(StackWatch watch) noexcept {
  if (watch == 0) return;
  StackWatch* link = &t_innermost;
  while (*link != 0 && *link != watch) link = &Of(*link).outer;
  if (*link == 0) return;  // another thread's
  *link = Of(watch).outer;
  SendThread();
  __atomic_store_n(&Of(watch).is_taken, 0u, __ATOMIC_RELEASE);
}

uint32_t WatchedStack(StackWatch watch, const uintptr_t** addresses) noexcept {
  if (watch == 0) return 0;
  *addresses = Of(watch).addresses;
  return Of(watch).frames;
}

void NoteFirstAllocation(const CallerFrame& from) noexcept {
  const int saved = errno;
  const Watch* noted = nullptr;
  for (StackWatch each = t_innermost; each != 0; each = Of(each).outer) {
    Watch& watch = Of(each);
    if (watch.frames != 0) continue;
    if (noted == nullptr) {
      watch.frames = WalkStack(from, watch.addresses).frames;
      noted = &watch;
    } else {
      memcpy(watch.addresses, noted->addresses, noted->frames * sizeof(watch.addresses[0]));
      watch.frames = noted->frames;
    }
  }
  SendThread();
  errno = saved;
}

}  // namespace memprof
