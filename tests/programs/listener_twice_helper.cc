// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

int HelpedValue() {
  EXPECT_TRUE(true);
  return 42;
}
