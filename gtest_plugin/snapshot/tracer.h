// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_TRACER_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_TRACER_H_

#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/snapshot/parked_threads.h"
#include "gtest_plugin/snapshot/stopped_world.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// One copy of the process: what is to be done in it, and what became of it.
struct CopyOrder {
  int (*in_child)(const StoppedWorld& world, void* argument);
  void* argument;
  ParkedThreads* threads;
  pid_t process;  ///< the program's
  /// The child goes on where the thread that made it ends.
  bool outlives_thread = false;
  uint32_t* has_closed = nullptr;  ///< shared with the child, which sets it, or null

  pid_t child = -1;
  const char* why_not = nullptr;  ///< of there being no child
  int64_t paused_ns = 0;
};

/// Makes the copy while another process, the tracer, holds the threads.
///
///     caller            tracer (shares the memory)        child (a copy of the memory)
///       │──── clone ──────►│ stops the threads
///     waits                │──────── clone ──────────────►│ in_child
///       │                  │ lets the threads go           │
///       │◄──── ends ───────┘                              ends whenever it likes
///
/// The tracer is a process of its own since no thread may trace another of its own process. It runs
/// on the caller's thread-local storage, and the caller does nothing but wait. Must be called with
/// all signals blocked: neither it nor the child must run a handler of the program.
void CopyByTracer(CopyOrder* order) noexcept;

/// Descriptors of the calling thread that its copies of the process keep open, `count` of them in
/// ascending order; all others are closed there. Until the next call.
constexpr int kMostKept = 2;
void KeepInCopies(const int* descriptors, int count) noexcept;

/// The same as CopyByTracer by the calling thread itself, where the process has no other; or others
/// run on, and `order->threads` is null.
void CopyAlone(CopyOrder* order) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_TRACER_H_
