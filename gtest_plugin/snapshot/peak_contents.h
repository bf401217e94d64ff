// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SNAPSHOT_PEAK_CONTENTS_H_
#define MEMPROF_GTEST_PLUGIN_SNAPSHOT_PEAK_CONTENTS_H_

#include <stdint.h>
#include <sys/types.h>

#include "gtest_plugin/record/writer.h"

namespace memprof {

/// Which blocks of a test have the same contents when its memory is largest: looked up in a
/// copy-on-write child while the program runs on, and written to a file beside the record.
class PeakContents {
 public:
  /// `wanted` is what MEMPROF_PEAK_CONTENTS says: "1", or nothing is looked at.
  void Prepare(const char* wanted) noexcept;
  bool is_on() const noexcept { return on_; }

  /// By the thread that reached the peak, within its allocation: the block is in the trace's table,
  /// and the allocator's locks are free. Must not overlap with another call.
  void Take(const char* record_path) noexcept;

  /// Says in the record what Take did, if it was called. Must come after the origins of the peak
  /// are on record. As the next, by the thread that marks the boundaries.
  void EndTest(uint32_t test, uint32_t iteration, record::Writer* record) noexcept;

  /// Waits for the last child, for half a minute at most, once.
  void Finish() noexcept;

 private:
  bool Await(int wait_ms) noexcept;

  bool on_ = false;
  pid_t process_ = 0;
  bool taken_ = false;
  bool is_slow_ = false;  ///< the child has been waited for in vain
  uint32_t number_ = 0;   ///< of the next file
  pid_t child_ = -1;      ///< that may still be at work; -1: none
  const char* why_not_ = nullptr;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_SNAPSHOT_PEAK_CONTENTS_H_
