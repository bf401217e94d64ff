// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_PARKED_THREADS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_PARKED_THREADS_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/snapshot/stopped_world.h"
#include "gtest_plugin/snapshot/thread_registers.h"
#include "gtest_plugin/trace/reserved_memory.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// All threads of a process, as a tracer stops them and lets them go on.
///
///     new ──SEIZE, INTERRUPT──► seized ──stop──► parked ──DETACH──► runs on
///      │ refused                  │ exits: forgotten
///      ▼                          │ no stop in time
///     unparked ◄──────────────────┘
///
/// The caller's thread makes and fills it while the threads run; the tracer, another process with
/// the same memory, does the rest.
class ParkedThreads {
 public:
  /// Makes room for the threads that `process` has, and some more. False where there is none.
  bool Reserve(pid_t process) noexcept;
  /// Whether there were no others than the calling thread.
  bool is_alone() const noexcept { return present_ == 1; }
  /// Gives the room back.
  void Free() noexcept;

  /// The thread that waits for the tracer: it stands still by itself.
  void AddCaller(pid_t tid, const CallerRegisters& caller, uint64_t sp) noexcept;

  /// Stops all threads but the caller; returns when none runs but those that cannot be stopped.
  /// False where the process's threads cannot be listed. By the tracer, which must have SIGCHLD
  /// blocked and at its default action.
  bool Park() noexcept;

  /// Lets the threads go on, each with the signal that it was about to be given.
  void Release() noexcept;

  /// Valid until Free. Of threads that are gone there is nothing.
  StoppedWorld world() const noexcept;

 private:
  enum Phase : uint8_t { kCaller, kGone, kSeized, kStopped, kLate, kRefused };
  /// Beside the StoppedThread of the same number.
  struct Hold {
    pid_t tid;
    int signal;  ///< to be given to the thread when it goes on; 0: none
    Phase phase;
  };

  bool SeizeNew(bool* found) noexcept;
  void Seize(pid_t tid) noexcept;
  void OnRefusal(size_t i, long error) noexcept;
  void AwaitStops() noexcept;
  /// Waits up to `wait_ns` for the thread to stop or end; false where it did neither.
  bool AwaitStop(size_t i, int64_t wait_ns) noexcept;
  void OnStatus(size_t i, int status) noexcept;
  void Settle() noexcept;
  bool IsKnown(pid_t tid) noexcept;
  uint64_t* RegistersOf(size_t i) noexcept { return &registers_[i * kRegisterWords]; }

  pid_t process_ = 0;
  pid_t left_out_ = 0;      // a thread that runs on and is in no snapshot; 0: there is none
  bool is_listed_ = false;  // in /proc, by its own number
  size_t present_ = 0;
  size_t count_ = 0;
  size_t parked_ = 0;
  size_t look_at_ = 0;  // where IsKnown begins
  const char* why_not_ = nullptr;
  ReservedArray<StoppedThread> threads_;
  ReservedArray<Hold> holds_;
  ReservedArray<uint64_t> registers_;
};

/// By the kernel's clock that only goes forward.
int64_t MonotonicNs() noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_PARKED_THREADS_H_
