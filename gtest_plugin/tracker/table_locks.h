// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_TABLE_LOCKS_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_TABLE_LOCKS_H_

#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "gtest_plugin/tracker/spin_lock.h"

#pragma GCC visibility push(hidden)
namespace memprof {

/// The locks of the tables that a copy of the process reads: who holds all of them while it copies
/// finds no table half changed. Each file that has such a lock enters it when the library is
/// loaded.
class TableLocks {
 public:
  void Enter(SpinLock* lock) noexcept {
    if (count_ < kMost) locks_[count_++] = lock;
  }

  /// Takes all, or none and returns false after `wait_ms`: a thread holds one for a moment only, so
  /// the one that never gives it back is the caller itself, in a signal handler. Taking one of
  /// several and waiting for the next could wait for who waits for the first.
  bool TakeAll(int wait_ms) noexcept {
    for (int waited = 0;; ++waited) {
      int taken = 0;
      while (taken < count_ && locks_[taken]->TryTake()) ++taken;
      if (taken == count_) return true;
      while (taken > 0) locks_[--taken]->Reset();
      if (waited >= wait_ms) return false;
      const timespec millisecond = {0, 1000000};
      syscall(SYS_nanosleep, &millisecond, nullptr);
    }
  }
  /// Of the holder, or of a copy of the process that was made while all were held.
  void GiveAllBack() noexcept {
    for (int i = 0; i < count_; ++i) locks_[i]->Reset();
  }

 private:
  static constexpr int kMost = 8;
  SpinLock* locks_[kMost] = {};
  int count_ = 0;
};

inline TableLocks g_table_locks;

}  // namespace memprof
#pragma GCC visibility pop

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_TABLE_LOCKS_H_
