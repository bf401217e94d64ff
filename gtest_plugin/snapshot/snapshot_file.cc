// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/snapshot/snapshot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace memprof {

int SnapshotFile::Create(const char* path, pid_t owner) noexcept {
  const long fd =
      syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return error_ = errno;
  return Use(static_cast<int>(fd), owner);
}

int SnapshotFile::Use(int fd, pid_t owner) noexcept {
  error_ = 0;
  sequence_ = 0;
  used_ = 0;
  fd_ = fd;
  record::FileHeader header = {};
  memcpy(header.magic, record::kMagic, sizeof(header.magic));
  header.major = record::kMajor;
  header.minor = record::kMinor;
  header.header_bytes = sizeof(header);
  header.header_crc = record::Crc32(0, &header, offsetof(record::FileHeader, header_crc));
  header.owner_pid = static_cast<uint32_t>(owner);
  Put(&header, sizeof(header));
  return 0;
}

void SnapshotFile::Append(record::Type type, const void* first, size_t first_bytes,
                          const void* second, size_t second_bytes) noexcept {
  const size_t length = first_bytes + second_bytes;
  record::RecordHeader header = {static_cast<uint32_t>(length), type, 0, 0, sequence_++};
  uint32_t crc = record::Crc32(0, &header, offsetof(record::RecordHeader, crc));
  crc = record::Crc32(crc, first, first_bytes);
  if (second_bytes > 0) crc = record::Crc32(crc, second, second_bytes);
  header.crc = record::Crc32(crc, &header.sequence, sizeof(header.sequence));
  Put(&header, sizeof(header));
  Put(first, first_bytes);
  Put(second, second_bytes);
  const uint64_t padding = 0;
  Put(&padding, record::PaddedLength(length) - length);
}

void SnapshotFile::Put(const void* bytes, size_t count) noexcept {
  const char* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const size_t room = sizeof(buffer_) - used_;
    const size_t now = count < room ? count : room;
    memcpy(buffer_ + used_, at, now);
    used_ += now;
    at += now;
    count -= now;
    if (used_ == sizeof(buffer_)) Flush();
  }
}

void SnapshotFile::Flush() noexcept {
  for (size_t done = 0; done < used_ && error_ == 0;) {
    const long written = syscall(SYS_write, fd_, buffer_ + done, used_ - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      error_ = written < 0 ? errno : EIO;
    } else {
      done += static_cast<size_t>(written);
    }
  }
  used_ = 0;
}

int SnapshotFile::Close() noexcept {
  Flush();
  // Without its end it tells nothing, and the disk that is full is the program's too.
  if (error_ != 0) syscall(SYS_ftruncate, fd_, 0);
  syscall(SYS_close, fd_);
  return error_;
}

}  // namespace memprof
