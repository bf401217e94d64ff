// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A forked child loses 1 MiB and ends; the parent keeps nothing.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

char* volatile lost = nullptr;

TEST(Fork, ChildLeaksParentDoesNot) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    lost = new char[1 << 20];
    lost = nullptr;
    _exit(0);
  }
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}
