// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

TEST(Twice, IsClean) {}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int first = RUN_ALL_TESTS();
  return first + RUN_ALL_TESTS();
}
