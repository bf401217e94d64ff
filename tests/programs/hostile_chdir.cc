// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The first test changes the working directory; the second loses 100 bytes a run.
#include <gtest/gtest.h>
#include <unistd.h>

char* volatile lost = nullptr;

TEST(Chdir, GoesToTheRoot) { EXPECT_EQ(chdir("/"), 0); }

TEST(Chdir, LeaksThere) {
  lost = new char[100];
  lost = nullptr;
}
