// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/repeat_flag.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace {

// Where the flag's value begins in `argument`; null where it is another argument.
const char* RepeatValue(const char* argument) {
  if (*argument != '-') return nullptr;
  argument += argument[1] == '-' ? 2 : 1;
  constexpr char kFlag[] = "gtest_repeat=";
  return strncmp(argument, kFlag, sizeof(kFlag) - 1) == 0 ? argument + sizeof(kFlag) - 1 : nullptr;
}

}  // namespace

uint32_t RepeatFlag(const char* command_line, size_t length, const char* environment) noexcept {
  const char* value = environment != nullptr ? environment : "1";
  for (size_t at = 0; at < length; at += strnlen(command_line + at, length - at) + 1) {
    // What a cut line ends with is no argument.
    if (memchr(command_line + at, '\0', length - at) == nullptr) break;
    const char* const found = RepeatValue(command_line + at);
    if (found != nullptr) value = found;
  }
  const long number = strtol(value, nullptr, 10);
  return number > 0 && number <= INT32_MAX ? static_cast<uint32_t>(number) : 0;
}

uint32_t RepeatFlagOfProcess() noexcept {
  char line[16 * 1024];
  // Plain system calls: the libc functions of these names are our own hooks, and would count.
  const long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  const long length = fd >= 0 ? syscall(SYS_read, fd, line, sizeof(line)) : 0;
  if (fd >= 0) syscall(SYS_close, fd);
  return RepeatFlag(line, length > 0 ? static_cast<size_t>(length) : 0, getenv("GTEST_REPEAT"));
}

}  // namespace memprof
