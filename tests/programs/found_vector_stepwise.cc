// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One int more a run: the bytes rise only when the vector doubles.
#include <gtest/gtest.h>

#include <vector>

std::vector<int> seen;

TEST(Stepwise, OneElementMore) {
  seen.push_back(1);
  EXPECT_FALSE(seen.empty());
}
