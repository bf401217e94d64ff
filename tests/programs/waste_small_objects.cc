// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Points that are allocated one by one, and ones that lie side by side.
#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <vector>

namespace {

constexpr int kMany = 20000;

struct Point {
  double x = 0;
  double y = 0;
  double z = 0;
};

}  // namespace

TEST(Points, Wasteful) {
  std::vector<std::unique_ptr<Point>> points;
  points.reserve(kMany);
  for (int i = 0; i < kMany; ++i) {
    points.push_back(std::make_unique<Point>());  // WASTE: small-objects
  }
  EXPECT_EQ(points.size(), static_cast<std::size_t>(kMany));
}

TEST(Points, Rewritten) {
  std::vector<Point> points;
  points.reserve(kMany);
  for (int i = 0; i < kMany; ++i) {
    points.emplace_back();
  }
  EXPECT_EQ(points.size(), static_cast<std::size_t>(kMany));
}

TEST(Nodes, Wasteful) {
  std::list<int> numbers;
  for (int i = 0; i < kMany; ++i) {
    numbers.push_back(i);  // WASTE: small-objects
  }
  EXPECT_EQ(numbers.back(), kMany - 1);
}

TEST(Nodes, Rewritten) {
  std::vector<int> numbers;
  numbers.reserve(kMany);
  for (int i = 0; i < kMany; ++i) {
    numbers.push_back(i);
  }
  EXPECT_EQ(numbers.back(), kMany - 1);
}
