// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_SNAPSHOT_FILE_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_SNAPSHOT_FILE_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/record/format.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Writes the file of a snapshot: framed as a record is, but by plain writes, for nobody reads it
/// before it is finished. Lies in memory that somebody else provides, for it is large.
class SnapshotFile {
 public:
  /// Makes the file anew. 0, or an errno; later errors are kept for Close.
  int Create(const char* path, pid_t owner) noexcept;

  /// The same with a file that is open and empty; it is closed in the end.
  int Use(int fd, pid_t owner) noexcept;

  /// One record of two pieces, of which the second may be empty.
  void Append(record::Type type, const void* first, size_t first_bytes,
              const void* second = nullptr, size_t second_bytes = 0) noexcept;

  /// The first errno of all that was written, or 0.
  int Close() noexcept;

 private:
  void Put(const void* bytes, size_t count) noexcept;
  void Flush() noexcept;

  int fd_;
  int error_;
  uint32_t sequence_;
  size_t used_;
  char buffer_[size_t{1} << 20];
};

/// An array that is cut into as many records as it needs.
template <class T, record::Type type>
class RecordArray {
 public:
  void Start(SnapshotFile* file) noexcept {
    file_ = file;
    head_ = {0, 0};
    written_ = 0;
  }
  void Append(const T& item) noexcept {
    items_[head_.count] = item;
    if (++head_.count == kCapacity) Flush();
  }
  /// As Append; all items of a record have the same `reserved` word.
  void Append(const T& item, uint32_t reserved) noexcept {
    if (reserved != head_.reserved) {
      Flush();
      head_.reserved = reserved;
    }
    Append(item);
  }
  void Flush() noexcept {
    if (head_.count == 0) return;
    file_->Append(type, &head_, sizeof(head_), items_, head_.count * sizeof(T));
    written_ += head_.count;
    head_.count = 0;
  }
  /// Items so far.
  uint64_t size() const noexcept { return written_ + head_.count; }

 private:
  struct Head {
    uint32_t count;
    uint32_t reserved;
  };
  static constexpr size_t kCapacity = (record::kMaxPayload - sizeof(Head)) / sizeof(T);

  SnapshotFile* file_;
  uint64_t written_;
  Head head_;
  T items_[kCapacity];
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_SNAPSHOT_FILE_H_
