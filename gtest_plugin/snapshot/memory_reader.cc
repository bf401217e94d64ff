// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/memory_reader.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {

void MemoryReader::Start(const ProcessMaps* maps) noexcept {
  maps_ = maps;
  unread_bytes_ = 0;
  page_ = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  // Not mincore: of a page that was swapped out it says that it is not there.
  pagemap_ = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, "/proc/self/pagemap", O_RDONLY | O_CLOEXEC, 0));
}

size_t MemoryReader::LookUp(uint64_t at, uint64_t end) noexcept {
  if (pagemap_ < 0) return 0;
  uint64_t pages = (end - at + page_ - 1) / page_;
  if (pages > kPagesAtOnce) pages = kPagesAtOnce;
  const long got = syscall(SYS_pread64, pagemap_, entries_, pages * sizeof(uint64_t),
                           static_cast<off_t>(at / page_ * sizeof(uint64_t)));
  return got > 0 ? static_cast<size_t>(got) / sizeof(uint64_t) : 0;
}

}  // namespace memprof
