// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_MEMORY_READER_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_MEMORY_READER_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/snapshot/process_maps.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// Walks memory that may have holes, pages that may not be read, and gibibytes that nobody has
/// touched. The latter are skipped by what /proc/self/pagemap says, so that they cost nothing.
class MemoryReader {
 public:
  /// Ranges of this size and more are asked for page by page.
  static constexpr uint64_t kSparse = 256 * 1024;

  /// `maps` must outlive the reader.
  void Start(const ProcessMaps* maps) noexcept;

  /// Calls `visit(begin, end)` for what of [begin, end) can be read and may hold anything but
  /// zeros, in the order of addresses. What cannot be read is counted.
  template <class Visit>
  void ForEachReadable(uint64_t begin, uint64_t end, Visit visit) noexcept {
    for (const Mapping* at = maps_->FirstEndingBehind(begin); begin < end; ++at) {
      if (at == maps_->end() || at->begin >= end) {
        unread_bytes_ += end - begin;
        return;
      }
      if (at->begin > begin) {
        unread_bytes_ += at->begin - begin;
        begin = at->begin;
      }
      const uint64_t stop = at->end < end ? at->end : end;
      if (!at->is_readable) {
        unread_bytes_ += stop - begin;
      } else if (at->kind == Mapping::kShared) {
        ForEachPresent(begin, stop, &MemoryReader::LookUpShared, visit);
      } else if (stop - begin < kSparse || at->kind == Mapping::kOther) {
        visit(begin, stop);
      } else {
        ForEachPresent(begin, stop, &MemoryReader::LookUp, visit);
      }
      begin = stop;
    }
  }

  uint64_t unread_bytes() const noexcept { return unread_bytes_; }

 private:
  static constexpr size_t kPagesAtOnce = 16384;

  // A page of a file that was not touched holds what the file holds; one of nothing holds zeros.
  template <class Visit>
  void ForEachPresent(uint64_t begin, uint64_t end,
                      size_t (MemoryReader::*look_up)(uint64_t, uint64_t), Visit visit) noexcept {
    uint64_t run = begin;  // where what was not visited yet begins
    for (uint64_t at = begin & ~(page_ - 1); at < end;) {
      const size_t pages = (this->*look_up)(at, end);
      if (pages == 0) break;  // nothing is known, so all of it is read
      for (size_t i = 0; i < pages; ++i, at += page_) {
        if ((entries_[i] & kPresentOrSwapped) != 0) continue;
        if (run < at) visit(run, at);
        run = at + page_;
      }
    }
    if (run < end) visit(run, end);
  }

  /// Reads the entries of pages from `at` on, which lies at a page's begin; how many.
  size_t LookUp(uint64_t at, uint64_t end) noexcept;

  /// The same for shared memory, which a copy of the process has no pages of until it reads them:
  /// to read one that is not there would make it, or kill us where the memory was made shorter.
  size_t LookUpShared(uint64_t at, uint64_t end) noexcept;

  // Bits 63 and 62 of an entry (Documentation/admin-guide/mm/pagemap.rst).
  static constexpr uint64_t kPresentOrSwapped = uint64_t{3} << 62;

  const ProcessMaps* maps_;
  int pagemap_;
  uint64_t page_;
  uint64_t unread_bytes_;
  uint64_t entries_[kPagesAtOnce];
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_MEMORY_READER_H_
