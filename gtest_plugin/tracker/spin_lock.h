// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_TRACKER_SPIN_LOCK_H_
#define MEMPROF_GTEST_PLUGIN_TRACKER_SPIN_LOCK_H_

#include <sched.h>

namespace memprof {

/// For lists that are rarely looked at and held for microseconds. It spins and is no mutex: it must
/// work before and after everything else does. Whoever has one resets it in the child of a fork,
/// which inherits it as some other thread held it.
class SpinLock {
 public:
  void Reset() noexcept { __atomic_store_n(&locked_, false, __ATOMIC_RELEASE); }
  /// Takes it if it is free. Reset gives it back.
  bool TryTake() noexcept { return !__atomic_exchange_n(&locked_, true, __ATOMIC_ACQUIRE); }

  class Holder {
   public:
    explicit Holder(SpinLock* lock) noexcept : lock_(lock) {
      while (!lock_->TryTake()) sched_yield();
    }
    ~Holder() noexcept { lock_->Reset(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

   private:
    SpinLock* lock_;
  };

 private:
  bool locked_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_TRACKER_SPIN_LOCK_H_
