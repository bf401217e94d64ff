// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A worker that the first run starts and that lives on, idle, until the process ends.
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

void EnsureWorker() {
  static const bool started = [] {
    std::thread([] {
      while (true) pause();
    }).detach();
    return true;
  }();
  ASSERT_TRUE(started);
}

TEST(Background, WorkerIsStartedOnce) { EnsureWorker(); }

TEST(Background, WorkerIsThereAlready) { EnsureWorker(); }
