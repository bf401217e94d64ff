// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The second of three tests sleeps for ever.
#include <gtest/gtest.h>
#include <unistd.h>

TEST(Hang, PassesBefore) {}

TEST(Hang, SleepsForEver) {
  while (true) pause();
}

TEST(Hang, NeverRuns) {}
