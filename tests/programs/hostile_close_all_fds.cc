// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The second test closes every descriptor from 0 up; the third loses 100 bytes a run.
#include <gtest/gtest.h>
#include <unistd.h>

char* volatile lost = nullptr;

TEST(CloseAll, PassesBefore) {}

TEST(CloseAll, ClosesEveryDescriptor) {
  for (int descriptor = 0; descriptor < 65536; ++descriptor) close(descriptor);
}

TEST(CloseAll, LeaksAfter) {
  lost = new char[100];
  lost = nullptr;
}
