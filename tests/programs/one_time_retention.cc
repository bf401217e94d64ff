// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A test that keeps 2 MiB in a static, once.
#include <gtest/gtest.h>

#include <vector>

const std::vector<char>& Table() {
  static const std::vector<char> table(2 << 20, 't');
  return table;
}

TEST(OneTime, KeepsALargeTable) { EXPECT_EQ(Table().back(), 't'); }

TEST(OneTime, UsesIt) { EXPECT_EQ(Table().front(), 't'); }
