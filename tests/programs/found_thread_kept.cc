// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One thread more a run, blocked for ever.
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

TEST(Thread, OneMore) {
  std::thread([] {
    while (true) pause();
  }).detach();
}
