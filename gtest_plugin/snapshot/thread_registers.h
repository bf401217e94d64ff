// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_REGISTERS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_REGISTERS_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/snapshot/stopped_world.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Words that the registers of one thread take at most: XSAVE with AMX is 11 KiB.
constexpr size_t kRegisterWords = 2048;

#if defined(__x86_64__)
constexpr uint32_t kGeneralRegisters = 16;
#else
constexpr uint32_t kGeneralRegisters = 32;  // of AArch64: x0 to x30, sp
#endif

/// What a function's caller has in the registers that a callee must keep, and where it goes on.
struct CallerRegisters {
  uint64_t rbx;
  uint64_t bp;
  uint64_t r12;
  uint64_t r13;
  uint64_t r14;
  uint64_t r15;
  uint64_t pc;
};

/// Reads what the thread `tid`, which the calling process traces and which is stopped, has in its
/// registers: to `words`, kRegisterWords of them, which `thread` then refers to. False where the
/// thread is gone.
bool ReadRegisters(pid_t tid, uint64_t* words, StoppedThread* thread) noexcept;

/// The same of the calling thread, as far as `caller` and `sp` tell it.
void KeepCallerRegisters(const CallerRegisters& caller, uint64_t sp, uint64_t* words,
                         StoppedThread* thread) noexcept;

/// Of a thread that is stopped, and whose registers were read: where being stopped cut a system
/// call short that the kernel would now have return EINTR, has the kernel make the call once more
/// as soon as the thread goes on.
///
/// Most calls are restarted by the kernel itself, with what is left of their timeouts. epoll_wait,
/// sockets with a timeout, semop, sigtimedwait and a few others return EINTR, which their callers
/// never saw before. Their return value is replaced by the kernel's own mark of a call to be
/// restarted unless a handler runs: so when a signal of the program's comes too, it gets its EINTR.
/// A relative timeout begins anew: such a call ends late by what it had waited, and never early.
void HideInterruption(pid_t tid, const StoppedThread& thread) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_REGISTERS_H_
