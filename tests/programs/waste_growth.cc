// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A vector, a hash table and a C buffer that are filled one by one, and such that know their size.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <unordered_set>
#include <vector>

namespace {

struct Buffer {
  char* data = nullptr;
  std::size_t used = 0;
  std::size_t capacity = 0;

  void Add(char c) {
    if (used == capacity) {
      capacity += 1024;
      data = static_cast<char*>(std::realloc(data, capacity));  // WASTE: missing-reserve
    }
    data[used++] = c;
  }
};

constexpr int kMany = 50000;

}  // namespace

TEST(Vector, Wasteful) {
  std::vector<int> numbers;
  for (int i = 0; i < kMany; ++i) {
    numbers.push_back(i);  // WASTE: missing-reserve
  }
  EXPECT_EQ(numbers.back(), kMany - 1);
}

TEST(Vector, Rewritten) {
  std::vector<int> numbers;
  numbers.reserve(kMany);
  for (int i = 0; i < kMany; ++i) {
    numbers.push_back(i);
  }
  EXPECT_EQ(numbers.back(), kMany - 1);
}

TEST(SmallVectors, Wasteful) {
  for (int i = 0; i < 5000; ++i) {
    std::vector<int> numbers;
    for (int j = 0; j < 9; ++j) {
      numbers.push_back(j);  // WASTE: missing-reserve
    }
    ASSERT_EQ(numbers.size(), 9u);
  }
}

TEST(SmallVectors, Rewritten) {
  for (int i = 0; i < 5000; ++i) {
    std::vector<int> numbers;
    numbers.reserve(9);
    for (int j = 0; j < 9; ++j) {
      numbers.push_back(j);
    }
    ASSERT_EQ(numbers.size(), 9u);
  }
}

TEST(Table, Wasteful) {
  std::unordered_set<int> numbers;
  for (int i = 0; i < kMany; ++i) {
    numbers.insert(i % 9000);  // WASTE: missing-reserve
  }
  EXPECT_EQ(numbers.size(), 9000u);
}

TEST(Table, Rewritten) {
  std::unordered_set<int> numbers;
  numbers.reserve(9000);
  for (int i = 0; i < kMany; ++i) {
    numbers.insert(i % 9000);
  }
  EXPECT_EQ(numbers.size(), 9000u);
}

TEST(Buffer, Wasteful) {
  Buffer buffer;
  for (int i = 0; i < kMany; ++i) buffer.Add('x');
  EXPECT_EQ(buffer.used, static_cast<std::size_t>(kMany));
  std::free(buffer.data);
}

TEST(Buffer, Rewritten) {
  Buffer buffer;
  buffer.capacity = kMany;
  buffer.data = static_cast<char*>(std::malloc(buffer.capacity));
  for (int i = 0; i < kMany; ++i) buffer.Add('x');
  EXPECT_EQ(buffer.used, static_cast<std::size_t>(kMany));
  std::free(buffer.data);
}
