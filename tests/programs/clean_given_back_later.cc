// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

std::mutex mutex;
std::vector<std::vector<char>> closed;  // a reaper frees them once a second

void Reap() {
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const std::lock_guard<std::mutex> lock(mutex);
    closed.clear();
  }
}

TEST(Reaper, FreesEverySecond) {
  static const bool started = (std::thread(Reap).detach(), true);
  const std::lock_guard<std::mutex> lock(mutex);
  closed.emplace_back(500);
  EXPECT_TRUE(started);
}
