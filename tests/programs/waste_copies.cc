// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// Copies that are only read, the same without them, and copies that keep an earlier state.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace {

constexpr int kCalls = 100;

std::size_t SumOfCopy(std::vector<int> numbers) {
  std::size_t sum = 0;
  for (const int number : numbers) sum += static_cast<std::size_t>(number);
  return sum;
}

std::size_t SumOfView(const std::vector<int>& numbers) {
  std::size_t sum = 0;
  for (const int number : numbers) sum += static_cast<std::size_t>(number);
  return sum;
}

TEST(WasteCopies, ParameterByValue) {
  const std::vector<int> numbers(2500, 3);
  std::size_t sum = 0;
  for (int i = 0; i < kCalls; ++i) {
    sum += SumOfCopy(numbers);  // WASTE: copy
  }
  EXPECT_EQ(sum, 750000u);
}

TEST(WasteCopies, ParameterByReference) {
  const std::vector<int> numbers(2500, 3);
  std::size_t sum = 0;
  for (int i = 0; i < kCalls; ++i) sum += SumOfView(numbers);
  EXPECT_EQ(sum, 750000u);
}

// Each copy is what the numbers were before: a reference would not do.
TEST(WasteCopies, CopyOfWhatIsThenChanged) {
  std::vector<int> numbers(2500, 3);
  int changes = 0;
  for (std::size_t i = 0; i < kCalls; ++i) {
    const std::vector<int> before = numbers;
    numbers[i] = 4;
    changes += before == numbers ? 0 : 1;
  }
  EXPECT_EQ(changes, kCalls);
}

// The copies are kept, so each must be one.
TEST(WasteCopies, CopiesThatAreKept) {
  std::vector<int> numbers(2500, 3);
  std::vector<std::vector<int>> kept;
  kept.reserve(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    numbers[0] = i;
    kept.push_back(numbers);
  }
  EXPECT_EQ(kept.size(), std::size_t{kCalls});
}

}  // namespace
