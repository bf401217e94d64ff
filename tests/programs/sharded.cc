// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// What shards could see otherwise than the whole does: a leak that several tests reach, a holder
// that needs three of them to be told, a peak that is one among all tests only, waste.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

std::map<std::string, std::vector<char>>& Tables() {
  static std::map<std::string, std::vector<char>> tables;
  return tables;
}

char TableOf(const std::string& name) {
  std::vector<char>& table = Tables()[name];
  if (table.empty()) table.resize(500 << 10, 't');
  return table.back();
}

struct Session {
  char name[64];
};

std::vector<Session*>& Sessions() {
  static std::vector<Session*> sessions;
  return sessions;
}

void Open() { Sessions().push_back(new Session{}); }
int Lose() { return static_cast<int>(std::strlen(strdup("lost"))); }
int Grow(std::size_t bytes) { return std::vector<char>(bytes, 'p').back(); }

class Suite : public testing::Test {
 protected:
  static void SetUpTestSuite() { Lose(); }
};

// One in three is in each shard, in this order.
TEST_F(Suite, FeedsA) { EXPECT_EQ(TableOf("a"), 't'); }
TEST_F(Suite, FeedsB) { EXPECT_EQ(TableOf("b"), 't'); }
TEST_F(Suite, FeedsC) { EXPECT_EQ(TableOf("c"), 't'); }
TEST(Work, Loses) { EXPECT_EQ(Lose(), 4); }
TEST(Work, OpensOne) { Open(); }
TEST(Work, OpensTwo) { Open(), Open(); }
TEST(Work, LosesToo) { EXPECT_EQ(Lose(), 4); }
TEST(Work, OpensThree) { Open(), Open(), Open(); }
TEST(Work, NeedsMuch) { EXPECT_EQ(Grow(20 << 20), 'p'); }
TEST(Peak, IsSmall) { EXPECT_EQ(Grow(10 << 10), 'p'); }
TEST(Peak, IsAsSmall) { EXPECT_EQ(Grow(11 << 10), 'p'); }
TEST(Peak, IsLarge) { EXPECT_EQ(Grow(80 << 20), 'p'); }
TEST(Peak, IsSmallToo) { EXPECT_EQ(Grow(12 << 10), 'p'); }
TEST(Peak, IsSmallAgain) { EXPECT_EQ(Grow(13 << 10), 'p'); }
TEST(Peak, IsHalf) { EXPECT_EQ(Grow(50 << 20), 'p'); }
TEST(Peak, IsTiny) { EXPECT_EQ(Grow(1 << 10), 'p'); }
TEST(Peak, IsTinyToo) { EXPECT_EQ(Grow(2 << 10), 'p'); }
TEST(Peak, IsHalfToo) { EXPECT_EQ(Grow(51 << 20), 'p'); }
