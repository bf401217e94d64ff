// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_STATUS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_STATUS_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// "/proc/<process>/task", another directory beside it, or a file of one thread in it. Made without
/// stdio: threads may stand still while it is used.
class TaskPath {
 public:
  explicit TaskPath(pid_t process, const char* directory = "task") noexcept;
  TaskPath(pid_t process, pid_t tid, const char* file) noexcept;
  const char* c_str() const noexcept { return text_; }

 private:
  void Add(const char* text) noexcept;
  void Add(pid_t number) noexcept;

  char text_[64];
  size_t length_ = 0;
};

/// The calling process's number as /proc has it, which may be another PID namespace's; 0 where
/// there is none.
pid_t NumberInProc() noexcept;

/// What the kernel tells of a thread that nobody stopped.
struct ThreadStatus {
  char state;      ///< as in /proc: 'R', 'S', 'D' …; 0 where it cannot be read
  bool is_ending;  ///< or has ended: it runs no code of the program any more
  bool is_worker;  ///< the kernel's own (io_uring): it never runs code of the program
};
ThreadStatus ReadThreadStatus(pid_t process, pid_t tid) noexcept;

/// Who traces the thread now; 0: nobody, or it cannot be read.
pid_t TracerOf(pid_t process, pid_t tid) noexcept;

/// Where a thread that is blocked in the kernel will go on. False where it runs, or where the
/// kernel does not say.
bool ReadBlockedPlace(pid_t process, pid_t tid, uint64_t* sp, uint64_t* pc) noexcept;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_THREAD_STATUS_H_
