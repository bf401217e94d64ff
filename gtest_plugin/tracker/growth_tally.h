// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_GROWTH_TALLY_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_GROWTH_TALLY_H_

#include <stdint.h>

namespace memprof {

/// Growth over the runs of one test, told from a few sums, for the lines that a linked binary
/// prints by itself. It is stricter than the driver's rule, which sees the whole series: any fall
/// makes it doubtful. So it says less, and never more.
class GrowthTally {
 public:
  /// One more run changed the quantity by `change`.
  void Add(int64_t change) noexcept {
    ++runs_;
    sum_ += change;
    if (runs_ == kWarmUp + 1) sum_after_warm_up_ = sum_;
    if (runs_ > kWarmUp + 1) {
      if (change > 0) ++rises_;
      if (change < 0) fell_ = true;
    }
    if (runs_ == next_mark_) {
      previous_mark_ = mark_;
      mark_ = {runs_, sum_};
      next_mark_ *= 2;
    }
  }

  /// Whether it grew: after the first 3 runs it rose in at least 3 of 4, never fell, and rises at
  /// the end by at least half of what it rose before. Needs 12 runs.
  bool Grew() const noexcept {
    if (runs_ < kRunsToTell || fell_ || sum_ <= sum_after_warm_up_) return false;
    if (4 * rises_ < 3 * (runs_ - kWarmUp - 1)) return false;
    const Mark& half = mark_.runs < runs_ ? mark_ : previous_mark_;
    const double early = static_cast<double>(half.sum - sum_after_warm_up_) /
                         static_cast<double>(half.runs - kWarmUp - 1);
    const double late =
        static_cast<double>(sum_ - half.sum) / static_cast<double>(runs_ - half.runs);
    return late >= early / 2;
  }

  /// Mean change a run after warm-up, where Grew().
  int64_t PerRun() const noexcept { return (sum_ - sum_after_warm_up_) / (runs_ - kWarmUp - 1); }

  int64_t runs() const noexcept { return runs_; }
  int64_t sum() const noexcept { return sum_; }

  static constexpr int64_t kWarmUp = 3;
  static constexpr int64_t kRunsToTell = 12;

 private:
  struct Mark {
    int64_t runs = 0;
    int64_t sum = 0;
  };

  int64_t runs_ = 0;
  int64_t rises_ = 0;
  int64_t sum_ = 0;
  int64_t sum_after_warm_up_ = 0;
  int64_t next_mark_ = 8;  // the sums at the last two powers of two stand for "half of the runs"
  Mark mark_;
  Mark previous_mark_;
  bool fell_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_GROWTH_TALLY_H_
