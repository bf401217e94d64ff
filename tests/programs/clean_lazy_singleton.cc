// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A table that the first test builds and all share. It is kept once; it never grows.
#include <gtest/gtest.h>

#include <vector>

const std::vector<int>& Squares() {
  static const std::vector<int> squares = [] {
    std::vector<int> made;
    for (int i = 0; i < 1000; ++i) made.push_back(i * i);
    return made;
  }();
  return squares;
}

TEST(Singleton, IsBuiltByTheFirst) { EXPECT_EQ(Squares()[3], 9); }

TEST(Singleton, IsSharedByTheSecond) { EXPECT_EQ(Squares()[4], 16); }
