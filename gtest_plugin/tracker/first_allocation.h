// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_FIRST_ALLOCATION_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_FIRST_ALLOCATION_H_

#include <stdint.h>

#include "gtest_plugin/unwind/stack_walk.h"

/// Who made the first block within a scope: what the message of a broken budget shows. A thread
/// that waits for one is kept off the fast path until it comes, so that others pay nothing.
#pragma GCC visibility push(hidden)
namespace memprof {

/// A stack that is waited for, by number; 0 is none.
using StackWatch = uint32_t;

/// Begins to wait for the calling thread's next allocation. 0 where too many wait already. Watches
/// of one thread may nest, and must be ended on it.
StackWatch WatchFirstAllocation() noexcept;
void EndWatch(StackWatch watch) noexcept;

/// The stack that `watch` has got: its return addresses, at most kMaxFrames. 0 while it has none.
uint32_t WatchedStack(StackWatch watch, const uintptr_t** addresses) noexcept;

/// The thread allocates, and t_off_fast_path says that somebody may wait for it.
void NoteFirstAllocation(const CallerFrame& from) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_FIRST_ALLOCATION_H_
