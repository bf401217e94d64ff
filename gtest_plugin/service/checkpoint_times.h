// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_SERVICE_CHECKPOINT_TIMES_H_
#define MEMPROF_GTEST_PLUGIN_SERVICE_CHECKPOINT_TIMES_H_

#include <stdint.h>

#pragma GCC visibility push(hidden)
namespace memprof {

/// When checkpoints are written: 1, 2, 4 … seconds after one another, then every 64, and never so
/// often that the program stands still for more than a hundredth of its time.
class CheckpointTimes {
 public:
  int64_t first_ns() const noexcept { return kSecond; }

  /// How long to wait after one for which the program stood still for `paused_ns`.
  int64_t NextAfter(int64_t paused_ns) noexcept {
    if (interval_ns_ < kLongest) interval_ns_ *= 2;
    const int64_t least = paused_ns * kWorth;
    return interval_ns_ < least ? least : interval_ns_;
  }

 private:
  static constexpr int64_t kSecond = 1000000000;
  static constexpr int64_t kLongest = 64 * kSecond;
  static constexpr int64_t kWorth = 100;
  int64_t interval_ns_ = kSecond;
};

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_SERVICE_CHECKPOINT_TIMES_H_
