// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// Equal texts that are stored once for each user of them, and the same with one text for all.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kRows = 20000;

std::string Unit(int kind) {
  return "kilograms per square metre and second, " + std::to_string(kind);
}

TEST(WasteDuplicates, EachRowHasItsUnit) {
  std::vector<std::string> units;
  units.reserve(kRows);
  const std::string kinds[] = {Unit(0), Unit(1), Unit(2), Unit(3)};
  for (int i = 0; i < kRows; ++i) {
    units.push_back(kinds[i % 4]);  // WASTE: duplicate-data
  }
  EXPECT_EQ(units[5], Unit(1));
}

// The peak is another thread's, which ends soon after it.
TEST(WasteDuplicates, EachRowOfAThreadHasItsUnit) {
  std::vector<std::string> units;
  std::thread([&units] {
    const std::string kinds[] = {Unit(0), Unit(1), Unit(2), Unit(3)};
    units.reserve(kRows);
    for (int i = 0; i < kRows; ++i) units.push_back(kinds[i % 4]);
  }).join();
  EXPECT_EQ(units[5], Unit(1));
}

TEST(WasteDuplicates, RowsShareTheirUnits) {
  std::vector<std::shared_ptr<const std::string>> units;
  units.reserve(kRows);
  std::shared_ptr<const std::string> kinds[4];
  for (int i = 0; i < 4; ++i) kinds[i] = std::make_shared<const std::string>(Unit(i));
  for (int i = 0; i < kRows; ++i) units.push_back(kinds[i % 4]);
  EXPECT_EQ(*units[5], Unit(1));
}

}  // namespace
