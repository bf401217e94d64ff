// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A pool of threads that is joined, with a queue of work and a cache with eviction between them.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

class Pool {
 public:
  explicit Pool(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
  }

  ~Pool() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  template <typename Task>
  auto Submit(Task task) {
    using Answer = decltype(task());
    auto packaged = std::make_shared<std::packaged_task<Answer()>>(std::move(task));
    std::future<Answer> answer = packaged->get_future();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      tasks_.emplace_back([packaged] { (*packaged)(); });
    }
    wake_.notify_one();
    return answer;
  }

 private:
  void Work() {
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

class RecentPages {
 public:
  explicit RecentPages(std::size_t capacity) : capacity_(capacity) {}

  std::shared_ptr<const std::string> Get(int number) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = index_.find(number);
    if (found != index_.end()) {
      order_.splice(order_.begin(), order_, found->second);
      return found->second->second;
    }
    if (order_.size() == capacity_) {
      index_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(number, std::make_shared<const std::string>(4096, 'p'));
    index_[number] = order_.begin();
    return order_.front().second;
  }

 private:
  using Entry = std::pair<int, std::shared_ptr<const std::string>>;
  const std::size_t capacity_;
  std::mutex mutex_;
  std::list<Entry> order_;
  std::unordered_map<int, std::list<Entry>::iterator> index_;
};

TEST(Pool, SumsOfManyTasks) {
  Pool pool(4);
  std::vector<std::future<long>> answers;
  answers.reserve(2000);
  for (int i = 0; i < 2000; ++i) {
    answers.push_back(pool.Submit([i] {
      long sum = 0;
      for (int k = 0; k < i; ++k) sum += k;
      return sum;
    }));
  }
  long all = 0;
  for (std::future<long>& answer : answers) all += answer.get();
  EXPECT_EQ(all, 1331334000);
}

TEST(Pool, PagesByWayOfACache) {
  RecentPages pages(50);
  std::atomic<std::size_t> bytes{0};
  {
    Pool pool(3);
    for (int i = 0; i < 1000; ++i) {
      pool.Submit([i, &pages, &bytes] { bytes += pages.Get(i * 7 % 80)->size(); });
    }
  }
  EXPECT_EQ(bytes, 4096000u);
}

TEST(Pool, ThreadsForEachRound) {
  std::atomic<int> done{0};
  for (int round = 0; round < 20; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&done] {
        std::vector<int> own(2000, 1);
        done += own.back();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(done, 80);
}

TEST(Cache, OneThreadTurnsManyPagesOver) {
  RecentPages pages(64);
  std::size_t bytes = 0;
  for (int i = 0; i < 5000; ++i) bytes += pages.Get(i % 100)->size();
  EXPECT_EQ(bytes, 5000u * 4096u);
}

}  // namespace
