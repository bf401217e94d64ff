// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A ring of 64 lines that takes 10 a run: full after 7 runs, and flat from then on.
#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>

std::array<std::string, 64> ring;
std::size_t written = 0;

TEST(Ring, KeepsTheLastLines) {
  for (int i = 0; i < 10; ++i) ring[written++ % ring.size()] = std::string(100, 'x');
  EXPECT_EQ(ring[0].size(), 100u);
}
