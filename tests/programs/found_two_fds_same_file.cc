// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Two descriptors more a run, both to the same file.
#include <fcntl.h>
#include <gtest/gtest.h>

TEST(Descriptors, TwoMoreToTheSameFile) {
  for (int i = 0; i < 2; ++i) open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
}
