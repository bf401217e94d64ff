// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A string that is made for each look-up, and one that is not.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

namespace {

constexpr const char* kKey = "a key that is longer than the buffer of a string";
constexpr int kMany = 20000;

int Length(const std::string& text) { return static_cast<int>(text.size()); }

}  // namespace

TEST(LookUp, Wasteful) {
  const std::map<std::string, int> table = {{kKey, 1}};
  int found = 0;
  for (int i = 0; i < kMany; ++i) {
    found += table.at(kKey);  // WASTE: temporary-allocation
  }
  EXPECT_EQ(found, kMany);
}

TEST(LookUp, Rewritten) {
  const std::map<std::string, int, std::less<>> table = {{kKey, 1}};
  int found = 0;
  for (int i = 0; i < kMany; ++i) {
    found += table.find(kKey)->second;
  }
  EXPECT_EQ(found, kMany);
}

TEST(Argument, Wasteful) {
  int sum = 0;
  for (int i = 0; i < kMany; ++i) {
    sum += Length(kKey);  // WASTE: temporary-allocation
  }
  EXPECT_GT(sum, kMany);
}

TEST(Argument, Rewritten) {
  const std::string key = kKey;
  int sum = 0;
  for (int i = 0; i < kMany; ++i) {
    sum += Length(key);
  }
  EXPECT_GT(sum, kMany);
}
