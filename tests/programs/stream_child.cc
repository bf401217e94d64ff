// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Runs itself again, with the preloaded library and without: each must pass, and say nothing of
// streams.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

TEST(Child, Passes) {}

TEST(Parent, StartsChildren) {
  EXPECT_EQ(std::system("/proc/$PPID/exe --gtest_filter=Child.Passes 2>&1"), 0);
  EXPECT_EQ(std::system("env -u LD_PRELOAD /proc/$PPID/exe --gtest_filter=Child.Passes 2>&1"), 0);
}
