// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A detached thread that ends 200 ms after its test.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

TEST(LateThread, EndsAfterItsTest) {
  std::thread([] { std::this_thread::sleep_for(std::chrono::milliseconds(200)); }).detach();
}
