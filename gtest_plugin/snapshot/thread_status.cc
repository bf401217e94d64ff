// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/thread_status.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace {

// Of the kernel's PF_ flags, as /proc shows them.
constexpr unsigned long kIsExiting = 0x4;
constexpr unsigned long kIsIoWorker = 0x10;

// A file of /proc, cut where it is longer.
struct SmallFile {
  explicit SmallFile(const TaskPath& path) noexcept {
    const long fd = syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return;
    const long count = syscall(SYS_read, fd, text, sizeof(text) - 1);
    if (count > 0) text[count] = '\0';
    syscall(SYS_close, fd);
  }
  char text[1024] = {};
};

}  // namespace

TaskPath::TaskPath(pid_t process, const char* directory) noexcept {
  Add("/proc/");
  Add(process);
  Add("/");
  Add(directory);
}

TaskPath::TaskPath(pid_t process, pid_t tid, const char* file) noexcept : TaskPath(process) {
  Add("/");
  Add(tid);
  Add("/");
  Add(file);
}

void TaskPath::Add(const char* text) noexcept {
  while (*text != '\0' && length_ + 1 < sizeof(text_)) text_[length_++] = *text++;
  text_[length_] = '\0';
}

void TaskPath::Add(pid_t number) noexcept {
  char digits[16];
  size_t at = sizeof(digits);
  digits[--at] = '\0';
  do {
    digits[--at] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  Add(digits + at);
}

pid_t NumberInProc() noexcept {
  char number[16] = {};
  const long length = syscall(SYS_readlinkat, AT_FDCWD, "/proc/self", number, sizeof(number) - 1);
  return length > 0 ? static_cast<pid_t>(strtol(number, nullptr, 10)) : 0;
}

ThreadStatus ReadThreadStatus(pid_t process, pid_t tid) noexcept {
  ThreadStatus status = {};
  const SmallFile file(TaskPath(process, tid, "stat"));
  // "tid (name) S ppid pgrp session tty tpgid flags …", and the name may hold anything.
  const char* at = strrchr(file.text, ')');
  if (at == nullptr || at[1] != ' ' || at[2] == '\0') return status;
  status.state = at[2];
  at += 3;
  for (int i = 0; i < 5 && at != nullptr; ++i) at = strchr(at + 1, ' ');
  const unsigned long flags = at != nullptr ? strtoul(at, nullptr, 10) : 0;
  status.is_ending = status.state == 'Z' || status.state == 'X' || (flags & kIsExiting) != 0;
  status.is_worker = (flags & kIsIoWorker) != 0;
  return status;
}

pid_t TracerOf(pid_t process, pid_t tid) noexcept {
  const SmallFile file(TaskPath(process, tid, "status"));
  static const char kField[] = "\nTracerPid:";
  const char* at = strstr(file.text, kField);
  return at != nullptr ? static_cast<pid_t>(strtol(at + sizeof(kField) - 1, nullptr, 10)) : 0;
}

bool ReadBlockedPlace(pid_t process, pid_t tid, uint64_t* sp, uint64_t* pc) noexcept {
  const SmallFile file(TaskPath(process, tid, "syscall"));
  // "running", or the call's number, its arguments if there are any, sp and pc.
  uint64_t words[2] = {};
  int count = 0;
  for (const char* at = strchr(file.text, ' '); at != nullptr; at = strchr(at + 1, ' ')) {
    words[0] = words[1];
    words[1] = strtoull(at + 1, nullptr, 16);
    ++count;
  }
  if (count < 2) return false;
  *sp = words[0];
  *pc = words[1];
  return true;
}

}  // namespace memprof
