// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_RECORD_WRITER_H_
#define MEMPROF_GTEST_PLUGIN_RECORD_WRITER_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/record/format.h"

namespace memprof {
namespace record {

/// One more piece of a payload.
struct Piece {
  const void* bytes;
  size_t count;
};

/// The process that claimed the record at `path`, or 0.
pid_t OwnerOf(const char* path) noexcept;

/// Appends records to a file through a shared mapping. What was appended is in the page cache at
/// once, so it outlives the process however that ends. No descriptor stays open: the program
/// cannot close the file by mistake, nor does it count as one of a test's.
///
/// Not thread-safe: GoogleTest calls its listeners on one thread.
class Writer {
 public:
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Opens or makes the file at `path` (absolute, for the program may change its directory) and
  /// claims it. False where another process has claimed it, or it cannot be made; `errno` says
  /// which: EBUSY for the former.
  bool Open(const char* path) noexcept;

  /// Writes to the empty file `fd`, which stays the caller's, as the record of the process `owner`.
  /// False, with an errno, where it cannot be written.
  bool Attach(int fd, pid_t owner) noexcept;
  /// Cuts off what was reserved behind the last record. Nothing can be appended any more.
  void Finish() noexcept;

  /// Appends one record. The strings and structs of its payload come in pieces. Does nothing in a
  /// child of the process that opened it, or where the file cannot be extended: then the record
  /// counts as lost, and of the full trace all that come after it. kLost has room even then.
  void Append(Type type, const Piece* pieces, size_t count) noexcept;

  bool is_open() const noexcept { return window_ != nullptr; }
  uint64_t lost() const noexcept { return lost_; }
  /// Of the file; empty when none is open.
  const char* path() const noexcept { return path_; }

 private:
  bool Extend(size_t needed) noexcept;
  bool ExtendBy(size_t bytes) noexcept;
  void WriteHeader(pid_t owner) noexcept;

  char path_[4096] = {};
  int file_ = -1;  // that was attached; else the path is opened when needed
  dev_t device_ = 0;
  ino_t inode_ = 0;
  pid_t owner_ = 0;
  char* window_ = nullptr;      // the part of the file that is mapped
  uint64_t window_offset_ = 0;  // where it begins in the file
  size_t window_bytes_ = 0;
  uint64_t end_ = 0;  // where the next record goes, in the file
  uint32_t sequence_ = 0;
  uint64_t lost_ = 0;
  bool trace_lost_ = false;  // a record of the full trace is missing
};

}  // namespace record
}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_RECORD_WRITER_H_
