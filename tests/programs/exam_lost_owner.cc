// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN lost-owner
// An assignment operator takes a copy of the other polygon's points and forgets its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace geometry {

struct Point {
  double x;
  double y;
};

class Polygon {
 public:
  Polygon(std::initializer_list<Point> points)
      : size_(points.size()), points_(new Point[points.size()]) {  // HERE
    std::copy(points.begin(), points.end(), points_);
  }

  Polygon(const Polygon& other) : size_(other.size_), points_(Clone(other)) {}

  Polygon& operator=(const Polygon& other) {
    if (this != &other) {
      points_ = Clone(other);
      size_ = other.size_;
    }
    return *this;
  }

  ~Polygon() { delete[] points_; }

  double Area() const {
    double twice = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const Point& a = points_[i];
      const Point& b = points_[(i + 1) % size_];
      twice += a.x * b.y - b.x * a.y;
    }
    return twice / 2;
  }

 private:
  static Point* Clone(const Polygon& other) {
    Point* points = new Point[other.size_];
    std::copy(other.points_, other.points_ + other.size_, points);
    return points;
  }

  std::size_t size_;
  Point* points_;
};

}  // namespace geometry

namespace {

TEST(Polygon, TakesTheShapeOfAnother) {
  const geometry::Polygon square{{0, 0}, {2, 0}, {2, 2}, {0, 2}};
  geometry::Polygon shape{{0, 0}, {1, 0}, {0, 1}};
  shape = square;
  EXPECT_DOUBLE_EQ(shape.Area(), 4);
}

}  // namespace
