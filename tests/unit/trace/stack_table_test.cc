// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/trace/stack_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <vector>

namespace memprof {
namespace {

class StackTableTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(table_.Start()); }
  void TearDown() override { table_.Release(); }

  uint32_t Intern(const std::vector<uintptr_t>& addresses, uint32_t flags = 0, uint32_t epoch = 0) {
    return table_.Intern(addresses.data(), static_cast<uint32_t>(addresses.size()), flags, epoch);
  }

  StackTable table_;
};

TEST_F(StackTableTest, OneStackHasOneNumber) {
  const uint32_t first = Intern({0x10, 0x20, 0x30});
  EXPECT_EQ(first, 1u);
  EXPECT_EQ(Intern({0x10, 0x20, 0x30}), first);
  EXPECT_EQ(table_.count(), 1u);
  EXPECT_EQ(table_.lost(), 0u);
}

TEST_F(StackTableTest, WhateverDiffersMakesAnotherStack) {
  std::set<uint32_t> numbers;
  numbers.insert(Intern({0x10, 0x20, 0x30}));
  numbers.insert(Intern({0x10, 0x20, 0x31}));
  numbers.insert(Intern({0x11, 0x20, 0x30}));
  numbers.insert(Intern({0x20, 0x10, 0x30}));
  numbers.insert(Intern({0x10, 0x20}));
  numbers.insert(Intern({0x10, 0x20, 0x30, 0}));
  numbers.insert(Intern({0x10, 0x20, 0x30}, record::kStackCut));
  numbers.insert(Intern({0x10, 0x20, 0x30}, record::kStackIncomplete));
  numbers.insert(Intern({0x10, 0x20, 0x30}, 0, 1));
  numbers.insert(Intern({0x10, 0x20, 0x30}, 0, 2));
  EXPECT_EQ(numbers.size(), 10u);
  EXPECT_EQ(*numbers.rbegin(), 10u);
}

TEST_F(StackTableTest, KeepsAllThatAStackIs) {
  std::vector<uintptr_t> deepest;
  for (uintptr_t i = 0; i < 64; ++i) deepest.push_back(0x7f0000000000u + i * 24);
  const uint32_t number = Intern(deepest, record::kStackCut, 17);
  const StackTable::Entry& entry = table_[number];
  EXPECT_EQ(entry.epoch, 17u);
  EXPECT_EQ(entry.flags, record::kStackCut);
  EXPECT_EQ(entry.frames, 64u);
  EXPECT_EQ(entry.is_written, 0u);
  EXPECT_EQ(std::vector<uintptr_t>(entry.addresses, entry.addresses + 64), deepest);
}

TEST_F(StackTableTest, StacksThatMeetInTheHashTableStayApart) {
  // Among 300,000 some 20,000 pairs fall on one of two million places.
  constexpr uint32_t kStacks = 300000;
  for (uint32_t i = 0; i < kStacks; ++i) ASSERT_EQ(Intern({0x400000 + i, 0x99}), i + 1);
  for (uint32_t i = 0; i < kStacks; ++i) ASSERT_EQ(Intern({0x400000 + i, 0x99}), i + 1);
  EXPECT_EQ(table_.count(), kStacks);
  EXPECT_GT(table_.TouchedBytes(), kStacks * 16u);
}

}  // namespace
}  // namespace memprof
