// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the destructor tells the worker to stop and joins it. When the prefetcher is gone, so are
// the thread, its stack and its request. (In C++20 std::jthread does both.)
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace reader {

class Prefetcher {
 public:
  Prefetcher() : worker_([this] { Work(); }) {}
  ~Prefetcher() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }

  void Fetch(int page) {
    std::unique_lock<std::mutex> lock(mutex_);
    wanted_ = page;
    changed_.notify_all();
    changed_.wait(lock, [&] { return fetched_ == page; });
  }

 private:
  void Work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || wanted_ != fetched_; });
      if (stopping_) return;
      fetched_ = wanted_;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int wanted_ = 0;  // 0: none
  int fetched_ = 0;
  bool stopping_ = false;
  std::thread worker_;  // last: it uses all of the above from its first moment
};

}  // namespace reader

TEST(Reader, PrefetchesThePage) {
  reader::Prefetcher prefetcher;
  prefetcher.Fetch(42);
}
