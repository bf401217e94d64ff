// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_AUTHORED_TEST_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_AUTHORED_TEST_H_

#include <stddef.h>
#include <stdint.h>

#include "gtest_plugin/include/memprof/probe.h"
#include "gtest_plugin/include/memprof/tracker.h"
#include "gtest_plugin/record/format.h"
#include "gtest_plugin/record/writer.h"
#include "gtest_plugin/tracker/ignored.h"
#include "gtest_plugin/tracker/spin_lock.h"

namespace memprof {

/// What the author says of the test that runs now: limits and deliberate keeps. Said on any thread,
/// read by the one that ends the test. Between tests nothing is taken.
class AuthoredTest {
 public:
  void Begin() noexcept;

  /// Of several limits of one kind the lowest counts. A negative one is no limit.
  void AddLimit(memprof_limit kind, int64_t value, const char* file, int line) noexcept;

  /// Keeps of one place and reason add up, so that it may be said in a loop. Beyond kMostKeeps
  /// places the bytes go to the last.
  void AddKeeps(int64_t bytes, const char* why, const char* file, int line) noexcept;

  /// The test has ended: nothing is taken any more, and what was said stays until the next begins.
  /// `window` is what was measured, `ignored` what of it is not the test's affair.
  void End(const record::Window& window, const IgnoredSum& ignored) noexcept;

  /// Writes what was said, and what was ignored.
  void Write(uint32_t test, uint32_t iteration, record::Writer* record) const noexcept;

  /// The window less what was ignored and what is kept on purpose.
  record::Window Unintended() const noexcept;

  /// The limit number `index` of those that were broken; false when there are no more. Where the
  /// heap was not measured none is.
  bool Broken(uint32_t index, memprof_broken_limit* broken) const noexcept;

  static constexpr uint32_t kMostKeeps = 16;

 private:
  struct Place {
    char file[1024];
    uint32_t line;
  };
  struct Limit {
    int64_t value = -1;
    Place place = {};
  };
  struct Kept {
    int64_t bytes = 0;
    char why[512] = {};
    Place place = {};
  };
  static constexpr uint32_t kKinds = 3;

  static void SetPlace(Place* place, const char* file, int line) noexcept;
  int64_t Measured(uint32_t kind, const record::Window& unintended) const noexcept;

  SpinLock lock_;
  bool is_open_ = false;
  bool has_limits_ = false;
  Limit limits_[kKinds];
  Kept keeps_[kMostKeeps];
  uint32_t keeps_count_ = 0;
  record::Window window_ = {};
  IgnoredSum ignored_ = {};
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_AUTHORED_TEST_H_
