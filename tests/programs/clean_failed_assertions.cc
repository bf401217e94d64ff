// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fails on every iteration; GoogleTest keeps the messages until the next one.
#include <gtest/gtest.h>

#include <string>

TEST(Failing, KeepsNothing) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(i, -1) << std::string(200, 'm');
}

TEST(Failing, FatallyKeepsNothing) { FAIL() << "always"; }
