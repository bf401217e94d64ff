// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the prefetcher detaches its worker instead of stopping it. The worker waits for a page that
// nobody will ask for, and keeps its stack and one place in the process's limit of threads.
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace reader {

struct PageRequest {
  std::mutex mutex;
  std::condition_variable changed;
  int wanted = 0;  // 0: none
  int fetched = 0;
};

class Prefetcher {
 public:
  Prefetcher() { StartWorker(); }
  ~Prefetcher() { worker_.detach(); }

  void Fetch(int page) {
    std::unique_lock<std::mutex> lock(request_->mutex);
    request_->wanted = page;
    request_->changed.notify_all();
    request_->changed.wait(lock, [&] { return request_->fetched == page; });
  }

 private:
  void StartWorker() {
    worker_ = std::thread(Work, request_);  // LEAK: critical thread-leak
  }

  static void Work(const std::shared_ptr<PageRequest>& request) {
    std::unique_lock<std::mutex> lock(request->mutex);
    while (true) {
      request->changed.wait(lock, [&] { return request->wanted != request->fetched; });
      request->fetched = request->wanted;
      request->changed.notify_all();
    }
  }

  std::shared_ptr<PageRequest> request_ = std::make_shared<PageRequest>();
  std::thread worker_;
};

}  // namespace reader

TEST(Reader, PrefetchesThePage) {
  reader::Prefetcher prefetcher;
  prefetcher.Fetch(42);
}
