// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Parameterised and typed tests, whose names hold '/' and whose suites are made at start.
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

struct Numbers : testing::TestWithParam<int> {};
TEST_P(Numbers, FillAVector) {
  const std::size_t size = static_cast<std::size_t>(GetParam());
  EXPECT_EQ(std::vector<int>(size).size(), size);
}
INSTANTIATE_TEST_SUITE_P(Small, Numbers, testing::Range(0, 5));

template <typename T>
struct Values : testing::Test {};
using ValueTypes = testing::Types<int, double, std::string>;
TYPED_TEST_SUITE(Values, ValueTypes);
TYPED_TEST(Values, AreCopied) {
  const std::vector<TypeParam> values(50);
  EXPECT_EQ(std::vector<TypeParam>(values), values);
}
