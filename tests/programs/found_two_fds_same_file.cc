// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Two descriptors more a run, both to the same file.
#include <fcntl.h>
#include <gtest/gtest.h>

TEST(Descriptors, TwoMoreToTheSameFile) {
  // A call at the very end of a function may become a jump, which leaves it no frame.
  for (int i = 0; i < 2; ++i) EXPECT_GE(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), 0);
}
