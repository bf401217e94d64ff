// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_STOPPED_WORLD_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_STOPPED_WORLD_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/record/format.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// One thread of the process at the moment of the copy. On x86-64 a function that calls no other
/// may keep what it has in the 128 bytes below `sp` too (the ABI's red zone).
struct StoppedThread {
  pid_t tid;
  record::ThreadState state;
  /// Of a parked thread where it stopped; of the caller the frame that asked for the snapshot, so
  /// that what lies deeper, which is ours, refers to nothing; of an unparked one 0.
  uint64_t pc;
  uint64_t sp;
  uint64_t bp;
  uint64_t thread_pointer;  ///< fs_base; 0 when unknown
  /// General registers in the order of DWARF numbers (16 of x86-64), of the caller only those that
  /// a callee must keep; then the extended state as XSAVE writes it, where it could be read.
  const uint64_t* registers;
  uint32_t general_registers;
  uint32_t all_registers;  ///< words at `registers`
};

/// What the copy-on-write child finds.
struct StoppedWorld {
  const StoppedThread* threads;  ///< the caller first
  uint32_t count;
  uint32_t parked;      ///< of them, with the caller
  const char* why_not;  ///< a clause: why some could not be parked; null when all are
};

/// What the program is told.
struct StopResult {
  pid_t child;  ///< that goes on by itself; -1 when there is none
  uint32_t threads;
  uint32_t parked;
  const char* why_not;  ///< why some thread could not be parked, or why there is no child
  uint64_t paused_ns;
};

/// Parks all other threads, calls `in_child(world, argument)` in a copy-on-write copy of the
/// process, and lets the threads run on at once; the child ends with what `in_child` returns. The
/// threads are parked by a tracer (ptrace, which no blocking system call but a few notices), never
/// by signals: where ptrace is refused they run on, `state` says so, and the snapshot is partial.
///
/// `in_child` has the memory of the process and this thread alone: it must make system calls
/// directly, and touch neither malloc, stdio, nor any lock. Calls of this function
/// come one after another. The child sends no SIGCHLD and no `wait` of the program's sees it; see
/// ReapSnapshotChild.
StopResult CopyStoppedWorld(int (*in_child)(const StoppedWorld& world, void* argument),
                            void* argument) noexcept asm("memprof_copy_stopped_world");

/// The same while all other threads run on: `world` is empty, and what they write meanwhile may be
/// in the copy by halves. It takes no lock and needs no permission to trace, so that any thread may
/// call it from within an allocation. Of what it returns only `child` and `why_not` mean anything.
StopResult CopyRunningWorld(int (*in_child)(const StoppedWorld& world, void* argument),
                            void* argument) noexcept;

/// Whether `child` has ended by now, or within `wait_ms`; collects it when it has.
bool ReapSnapshotChild(pid_t child, int wait_ms) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_STOPPED_WORLD_H_
