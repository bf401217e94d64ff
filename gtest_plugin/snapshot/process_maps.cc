// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/process_maps.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {
namespace {

uint64_t ParseHex(const char** at, const char* end) {
  uint64_t value = 0;
  for (; *at < end; ++*at) {
    const char c = **at;
    if (c >= '0' && c <= '9') {
      value = value << 4 | static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      value = value << 4 | static_cast<uint64_t>(c - 'a' + 10);
    } else {
      break;
    }
  }
  return value;
}

// Behind `fields` more fields that are divided by spaces.
const char* SkipFields(const char* at, const char* end, int fields) {
  for (; fields > 0; --fields) {
    while (at < end && *at != ' ') ++at;
    while (at < end && *at == ' ') ++at;
  }
  return at;
}

bool BeginsWith(const char* at, const char* end, const char* prefix) {
  const size_t length = strlen(prefix);
  return static_cast<size_t>(end - at) >= length && memcmp(at, prefix, length) == 0;
}

// What the kernel calls mappings that it makes a file of its own for, which is on no disk.
bool IsSharedMemory(const char* name, const char* end) {
  constexpr const char* kPrefixes[] = {"/dev/zero (deleted)", "/memfd:",        "/SYSV",
                                       "/dev/shm/",           "/anon_hugepage", "[anon_shmem:"};
  for (const char* const prefix : kPrefixes) {
    if (BeginsWith(name, end, prefix)) return true;
  }
  return false;
}

Mapping::Kind KindOf(const char* permissions, const char* name, const char* end) {
  if (IsSharedMemory(name, end)) return Mapping::kShared;
  if (permissions[3] != 'p') return Mapping::kOther;
  if (name == end || BeginsWith(name, end, "[anon:")) return Mapping::kAnonymous;
  if (BeginsWith(name, end, "[heap]")) return Mapping::kHeap;
  if (BeginsWith(name, end, "[stack]")) return Mapping::kMainStack;
  return Mapping::kOther;
}

}  // namespace

// 7f1200000000-7f1200021000 rw-p 00000000 00:00 0      [anon:…]
bool ProcessMaps::ParseLine(const char* line, const char* end) noexcept {
  if (count_ == kCapacity) return false;
  Mapping& mapping = mappings_[count_];
  const char* at = line;
  mapping.begin = ParseHex(&at, end);
  if (at == end || *at++ != '-') return false;
  mapping.end = ParseHex(&at, end);
  if (end - at < 6) return false;
  const char* const permissions = at + 1;
  mapping.is_readable = permissions[0] == 'r';
  mapping.kind = KindOf(permissions, SkipFields(permissions, end, 4), end);
  // The kernel's own mappings at the top ([vsyscall]) lie where no program's memory is.
  if (mapping.begin >> 63 == 0) ++count_;
  return true;
}

int ProcessMaps::Read() noexcept {
  count_ = 0;
  const long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return errno;
  size_t held = 0;  // of a line that the last read has cut
  int error = 0;
  for (;;) {
    const long got = syscall(SYS_read, fd, text_ + held, sizeof(text_) - held);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) error = errno;
    if (got <= 0) break;
    const char* line = text_;
    const char* const end = text_ + held + got;
    const char* stop;
    while (error == 0 && (stop = static_cast<const char*>(
                              memchr(line, '\n', static_cast<size_t>(end - line)))) != nullptr) {
      if (!ParseLine(line, stop)) error = EOVERFLOW;
      line = stop + 1;
    }
    held = static_cast<size_t>(end - line);
    memmove(text_, line, held);
    if (error != 0 || held == sizeof(text_)) break;
  }
  syscall(SYS_close, fd);
  return error != 0 ? error : count_ == 0 ? EIO : 0;
}

const Mapping* ProcessMaps::FirstEndingBehind(uint64_t address) const noexcept {
  size_t low = 0;
  size_t high = count_;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (mappings_[middle].end <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return mappings_ + low;
}

}  // namespace memprof
