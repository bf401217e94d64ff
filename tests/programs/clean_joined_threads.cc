// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Eight threads a run that allocate, free and are joined.
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

TEST(Threads, AreJoined) {
  std::atomic<std::size_t> total{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&total] { total += std::string(10000, 't').size(); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(total, 80000u);
}
