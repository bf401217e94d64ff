// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A log file that the first run opens and all runs write to.
#include <gtest/gtest.h>

#include <cstdio>

std::FILE* Log() {
  static std::FILE* const log = std::tmpfile();
  return log;
}

TEST(Log, TakesALine) {
  ASSERT_NE(Log(), nullptr);
  EXPECT_GT(std::fprintf(Log(), "a line\n"), 0);
}
