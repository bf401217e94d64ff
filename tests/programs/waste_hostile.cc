// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Two tests that need what an earlier one left behind: alone the first crashes, the other fails.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace {

bool first_ran = false;

std::size_t Waste() {
  std::vector<int> numbers;
  for (int i = 0; i < 100000; ++i) {
    numbers.push_back(i);  // WASTE: missing-reserve
  }
  return numbers.size();
}

}  // namespace

TEST(Waste, Plain) {
  first_ran = true;
  EXPECT_EQ(Waste(), 100000u);
}

TEST(Waste, CrashesAlone) {
  if (!first_ran) std::abort();
  EXPECT_EQ(Waste(), 100000u);
}

TEST(Waste, FailsAlone) {
  EXPECT_TRUE(first_ran);
  EXPECT_EQ(Waste(), 100000u);
}
