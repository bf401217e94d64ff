// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/environment.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" char** environ;

namespace memprof {
namespace {

// "NAME=value" without the two being put together.
bool Is(const char* entry, const char* name, const char* value) {
  const size_t length = strlen(name);
  return strncmp(entry, name, length) == 0 && entry[length] == '=' &&
         strcmp(entry + length + 1, value) == 0;
}

// The kernel's copy, where libc has not set `environ` yet.
bool IsInKernel(const char* name, const char* value) {
  const long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/environ", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return false;
  // An entry that is longer than what is compared is cut, and so is none of ours.
  char entry[256];
  size_t length = 0;
  bool found = false;
  char bytes[4096];
  long count;
  while (!found && (count = syscall(SYS_read, fd, bytes, sizeof(bytes))) > 0) {
    for (long i = 0; i < count && !found; ++i) {
      if (length < sizeof(entry) - 1) entry[length++] = bytes[i];
      if (bytes[i] != '\0') continue;
      entry[length] = '\0';
      found = Is(entry, name, value);
      length = 0;
    }
  }
  syscall(SYS_close, fd);
  return found;
}

}  // namespace

bool EarlyEnvironmentIs(const char* name, const char* value) noexcept {
  if (environ == nullptr) return IsInKernel(name, value);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (Is(*entry, name, value)) return true;
  }
  return false;
}

}  // namespace memprof
