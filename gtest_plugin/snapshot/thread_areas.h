// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_AREAS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_AREAS_H_

#include "gtest_plugin/snapshot/scan_plan.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Where a thread has its stack. glibc lays a thread's memory out like this:
///
///     guard │ free … stack  ◄ sp   │ static thread-locals │ struct pthread │
///           usual.begin             usual.end = thread pointer        whole.end
///
/// and the main thread's stack is the kernel's, its thread pointer elsewhere.
struct ThreadStack {
  MemoryRange usual;  ///< empty when unknown
  MemoryRange whole;  ///< usual with what lies above it
  /// What is alive of the stack that the thread runs on: a coroutine's, an alternate one for
  /// signals, or mostly the upper part of `usual`. All of `usual` for a thread that runs on.
  MemoryRange live;
  bool is_elsewhere;  ///< `live` is no part of `usual`, which must be read too
};

/// The plan's maps and blocks must be there.
ThreadStack FindThreadStack(const ScanPlan& plan, const StoppedThread& thread) noexcept;

/// The same of a thread of which its thread pointer alone is known, and that is no main thread.
/// Empty where nothing there looks like glibc's description of a thread.
MemoryRange FindEndedStack(const ScanPlan& plan, uint64_t thread_pointer) noexcept;

/// Where the pointer to a thread's vector of thread-local storage lies.
uint64_t ThreadVectorPlace(uint64_t thread_pointer) noexcept;

/// The thread pointer of a thread that could not be stopped: of those noted, the one whose
/// description has the number `tid` where that of `caller` has the caller's. 0 when there is none.
uint64_t FindThreadPointer(const ProcessMaps& maps, const StoppedThread& caller,
                           pid_t tid) noexcept;

/// What glibc itself keeps of a thread: the values of pthread_setspecific, and a pointer to its
/// dynamic thread vector, among others.
MemoryRange FindThreadDescription(const ProcessMaps& maps, uint64_t thread_pointer) noexcept;

/// The thread's copy of a module's thread-local variables; empty where it has none (yet).
MemoryRange FindThreadLocals(const ProcessMaps& maps, uint64_t thread_pointer,
                             const PlannedModule& module) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_AREAS_H_
