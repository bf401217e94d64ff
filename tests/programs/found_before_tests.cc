// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Loses memory once in a static initialiser, and nothing else: no test is suspect of anything.
#include <gtest/gtest.h>

char* volatile lost = nullptr;

struct Registry {
  Registry() {
    lost = new char[111];  // in the static initialiser
    lost = nullptr;
  }
} registry;

TEST(BeforeTests, AreNoneOfThis) { EXPECT_EQ(lost, nullptr); }
