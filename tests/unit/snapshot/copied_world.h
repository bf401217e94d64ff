// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SNAPSHOT_COPIED_WORLD_H_
#define MEMPROF_TESTS_UNIT_SNAPSHOT_COPIED_WORLD_H_

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "gtest_plugin/snapshot/stopped_world.h"

namespace memprof {

/// A value that a copy of the process shares with the process.
template <class T>
class Shared {
 public:
  Shared()
      : value_(new (mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                         0)) T()) {}
  ~Shared() { munmap(value_, sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T* operator->() { return value_; }
  T& operator*() { return *value_; }

 private:
  T* value_;
};

/// Copies the world with `look`, which must not capture more than it finds in memory.
template <class Look>
StopResult CopyWith(Look& look) {
  return CopyStoppedWorld([](const StoppedWorld& world,
                             void* argument) { return (*static_cast<Look*>(argument))(world); },
                          &look);
}

/// The same, and waits for the copy to end.
template <class Look>
StopResult CopyAndAwait(Look look) {
  const StopResult result = CopyWith(look);
  EXPECT_GT(result.child, 0) << result.why_not;
  EXPECT_TRUE(result.child <= 0 || ReapSnapshotChild(result.child, 20000));
  return result;
}

/// Threads that do `work(number, stop)`, and have all begun when it is made. At its end they are
/// told to stop, and joined.
class Crew {
 public:
  using Stop = std::atomic<bool>;
  Crew(int count, std::function<void(int, Stop& stop)> work) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this, i, work] {
        ++begun_;
        work(i, stop_);
      });
    }
    while (begun_ < count) std::this_thread::yield();
  }
  ~Crew() { StopAndJoin(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  void Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  void StopAndJoin() {
    stop_ = true;
    Join();
  }
  std::thread& operator[](size_t i) { return threads_[i]; }

 private:
  std::atomic<int> begun_{0};
  Stop stop_{false};
  std::vector<std::thread> threads_;
};

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SNAPSHOT_COPIED_WORLD_H_
