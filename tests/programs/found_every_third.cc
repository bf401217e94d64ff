// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

char* volatile lost = nullptr;

TEST(EveryThird, IsLost) {
  static int runs = 0;
  if (runs++ % 3 != 0) return;
  lost = new char[100];
  lost = nullptr;
}
