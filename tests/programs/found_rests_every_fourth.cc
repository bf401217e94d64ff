// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// 1,000 bytes more a run, and nothing in every fourth.
#include <gtest/gtest.h>

#include <list>
#include <string>

std::list<std::string> kept;

TEST(Rests, EveryFourthRun) {
  static int run = 0;
  if (++run % 4 != 0) kept.emplace_back(1000, 'r');
  EXPECT_FALSE(kept.empty());
}
