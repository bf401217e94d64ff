// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/address_ranges.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

namespace memprof {
namespace {

/// All values at `address`, in the order in which they are offered.
std::vector<int> All(AddressRanges<int>& ranges, std::uint64_t address) {
  std::vector<int> values;
  ranges.Find(address, [&](int value) {
    values.push_back(value);
    return false;
  });
  return values;
}

TEST(AddressRanges, OfferFirstWhatBeginsLast) {
  AddressRanges<int> ranges;
  ranges.Add(10, 100, 1);  //  10 |-----------1-----------| 100
  ranges.Add(20, 30, 2);   //     20 |-2-| 30
  ranges.Add(40, 60, 3);   //               40 |--3--| 60
  ranges.Add(40, 50, 4);   //               40 |-4-| 50
  ranges.Add(70, 70, 5);
  ranges.Add(200, 210, 6);
  ranges.Sort();
  struct Row {
    std::uint64_t address;
    std::vector<int> values;
  };
  for (const Row& row : std::vector<Row>{{9, {}},
                                         {10, {1}},
                                         {20, {2, 1}},
                                         {30, {1}},
                                         {45, {3, 4, 1}},
                                         {55, {3, 1}},
                                         {70, {1}},
                                         {99, {1}},
                                         {100, {}},
                                         {209, {6}},
                                         {210, {}}}) {
    EXPECT_EQ(All(ranges, row.address), row.values) << row.address;
  }
}

TEST(AddressRanges, FindWhatALookAtEachOneFinds) {
  std::mt19937 random(7);
  AddressRanges<int> ranges;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t low = random() % 1000;
    all.push_back({low, low + random() % 40});
    ranges.Add(all.back().first, all.back().second, i);
  }
  ranges.Sort();
  for (std::uint64_t address = 0; address < 1100; ++address) {
    std::size_t count = 0;
    for (const auto& [low, high] : all) count += low <= address && address < high ? 1 : 0;
    EXPECT_EQ(All(ranges, address).size(), count) << address;
  }
}

}  // namespace
}  // namespace memprof
