// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Allocates much, and needs all of it: strings of any length, a vector of known size, an append in
// place, texts of growing length that are no sum of each other.
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

TEST(NoWaste, TextsOfGrowingLength) {
  std::vector<std::string> lines;
  lines.reserve(400);
  for (std::size_t i = 0; i < 400; ++i) {
    lines.push_back("line: " + std::string(10 * i, 'x'));
  }
  EXPECT_EQ(lines.size(), 400u);
}

TEST(NoWaste, VectorsOfKnownSize) {
  std::vector<std::vector<int>> tables(100, std::vector<int>(1000, 1));
  EXPECT_EQ(tables.back().size(), 1000u);
}

TEST(NoWaste, AppendInPlace) {
  std::string text;
  text.reserve(1 << 20);
  for (int i = 0; i < 1 << 16; ++i) text.append("sixteen letters!");
  EXPECT_EQ(text.size(), std::size_t{1} << 20);
}

TEST(NoWaste, KeysAndValues) {
  std::map<int, std::string> table;
  for (int i = 0; i < 3000; ++i) table[i] = std::string(static_cast<std::size_t>(i % 97), 'v');
  EXPECT_EQ(table.size(), 3000u);
}

TEST(NoWaste, Streams) {
  std::ostringstream out;
  for (int i = 0; i < 30000; ++i) out << i << ' ';
  EXPECT_GT(out.str().size(), 100000u);
}
