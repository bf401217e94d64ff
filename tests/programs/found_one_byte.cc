// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One byte lost in each run.
#include <gtest/gtest.h>

char* volatile lost = nullptr;

TEST(OneByte, IsLost) {
  lost = new char('x');
  lost = nullptr;
}
