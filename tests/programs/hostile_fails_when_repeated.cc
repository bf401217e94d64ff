// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Loses 5,000 bytes, and fails from its second run on.
#include <gtest/gtest.h>

char* volatile lost = nullptr;

TEST(Once, FailsWhenRepeated) {
  static int runs = 0;
  lost = new char[5000];
  lost = nullptr;
  EXPECT_EQ(++runs, 1);
}
