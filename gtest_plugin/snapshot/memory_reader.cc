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

size_t MemoryReader::LookUpShared(uint64_t at, uint64_t end) noexcept {
  uint64_t pages = (end - at + page_ - 1) / page_;
  if (pages > kPagesAtOnce) pages = kPagesAtOnce;
  // The answers, a byte for each page, are spread to entries from the last one on.
  auto* const is_there = reinterpret_cast<unsigned char*>(entries_);
  const bool is_known = syscall(SYS_mincore, at, pages * page_, is_there) == 0;
  if (!is_known) unread_bytes_ += pages * page_;
  for (uint64_t i = pages; i-- > 0;) {
    entries_[i] = is_known && (is_there[i] & 1) != 0 ? kPresentOrSwapped : 0;
  }
  return pages;
}

}  // namespace memprof
