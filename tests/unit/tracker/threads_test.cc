// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace memprof {
namespace {

constexpr std::int64_t kSecond = 1000000000;

TEST(Threads, AreAskedOfTheKernel) {
  const int before = CountThreads();
  ASSERT_GE(before, 1);
  std::atomic<bool> stop = false;
  std::thread thread([&stop] {
    while (!stop) std::this_thread::yield();
  });
  EXPECT_EQ(CountThreads(), before + 1);
  stop = true;
  thread.join();
  EXPECT_EQ(WaitForThreads(before, kSecond), before);
}

TEST(Threads, CreationAndExitAreNoticed) {
  const std::uint64_t before = ThreadCalls();
  std::thread([] { free(malloc(10)); }).join();
  EXPECT_EQ(ThreadCalls(), before + 2);
}

TEST(Threads, OneThatIsAboutToEndIsWaitedFor) {
  const int before = CountThreads();
  std::thread([] { std::this_thread::sleep_for(std::chrono::milliseconds(100)); }).detach();
  EXPECT_EQ(WaitForThreads(before, 5 * kSecond), before);
}

TEST(Threads, OneThatStaysIsWaitedForNoLongerThanTheLimit) {
  std::atomic<bool> stop = false;
  const int before = CountThreads();
  std::thread thread([&stop] {
    while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(WaitForThreads(before, kSecond / 10), before + 1);
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_GE(waited, std::chrono::milliseconds(100));
  EXPECT_LT(waited, std::chrono::seconds(2));
  stop = true;
  thread.join();
}

TEST(Threads, WhereNoneIsTooManyNobodyWaits) {
  const auto start = std::chrono::steady_clock::now();
  WaitForThreads(CountThreads(), 60 * kSecond);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

}  // namespace
}  // namespace memprof
