// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/proc_directory.h"

#include <fcntl.h>

namespace memprof {
namespace {

// The kernel's struct linux_dirent64: name at 19, record length at 16.
constexpr int kLengthOffset = 16;
constexpr int kNameOffset = 19;

}  // namespace

ProcDirectory::ProcDirectory(const char* path) noexcept
    : fd_(static_cast<int>(
          syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))) {}

ProcDirectory::~ProcDirectory() noexcept {
  if (fd_ >= 0) syscall(SYS_close, fd_);
}

int ProcDirectory::Next() noexcept {
  for (;;) {
    if (at_ >= filled_) {
      filled_ = syscall(SYS_getdents64, fd_, buffer_, sizeof(buffer_));
      at_ = 0;
      if (filled_ <= 0) return -1;
    }
    const char* entry = buffer_ + at_;
    at_ += *reinterpret_cast<const uint16_t*>(entry + kLengthOffset);
    const char* name = entry + kNameOffset;
    if (*name < '0' || *name > '9') continue;  // "." and ".."
    int number = 0;
    for (; *name >= '0' && *name <= '9'; ++name) number = number * 10 + (*name - '0');
    return number;
  }
}

}  // namespace memprof
