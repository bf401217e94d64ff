// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A main that forgets RUN_ALL_TESTS and returns success.
#include <gtest/gtest.h>

TEST(Forgotten, NeverRuns) {}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return 0;
}
