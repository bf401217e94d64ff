// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_PROC_DIRECTORY_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_PROC_DIRECTORY_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {

/// A directory of numbers under /proc, read by plain system calls: no allocation, none of our own
/// hooks, and errno as it was only if the caller saves it.
class ProcDirectory {
 public:
  /// `path` must be absolute. ok() is false where it cannot be opened (no /proc, no descriptor
  /// left).
  explicit ProcDirectory(const char* path) noexcept;
  ~ProcDirectory() noexcept;
  ProcDirectory(const ProcDirectory&) = delete;
  ProcDirectory& operator=(const ProcDirectory&) = delete;

  bool ok() const noexcept { return fd_ >= 0; }
  int fd() const noexcept { return fd_; }

  /// The next entry whose name is a number; -1 at the end.
  int Next() noexcept;

 private:
  int fd_;
  long filled_ = 0;
  long at_ = 0;
  alignas(8) char buffer_[4096];
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_PROC_DIRECTORY_H_
