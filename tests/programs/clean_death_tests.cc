// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Children by fork (fast) and by exec (threadsafe); what they keep dies with them.
#include <gtest/gtest.h>

#include <cstdlib>

char* volatile kept = nullptr;

void KeepAndAbort() {
  kept = new char[1000];
  std::abort();
}

TEST(FastDeathTest, Aborts) {
  GTEST_FLAG_SET(death_test_style, "fast");
  EXPECT_DEATH(KeepAndAbort(), "");
}

TEST(ThreadsafeDeathTest, Exits) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(std::exit(3), testing::ExitedWithCode(3), "");
}
