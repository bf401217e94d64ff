// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Numeric work on matrices and images that are allocated whole and used whole.
#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <valarray>
#include <vector>

namespace {

class Matrix {
 public:
  Matrix(std::size_t rows, std::size_t columns, double value = 0)
      : rows_(rows), columns_(columns), cells_(rows * columns, value) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double& At(std::size_t row, std::size_t column) { return cells_[row * columns_ + column]; }
  double At(std::size_t row, std::size_t column) const { return cells_[row * columns_ + column]; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> cells_;
};

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product(a.rows(), b.columns());
  for (std::size_t i = 0; i < a.rows(); ++i) {
    for (std::size_t k = 0; k < a.columns(); ++k) {
      for (std::size_t j = 0; j < b.columns(); ++j) product.At(i, j) += a.At(i, k) * b.At(k, j);
    }
  }
  return product;
}

Matrix Rotation(double angle, std::size_t size) {
  Matrix rotation(size, size);
  for (std::size_t i = 0; i < size; ++i) rotation.At(i, i) = 1;
  rotation.At(0, 0) = rotation.At(1, 1) = std::cos(angle);
  rotation.At(0, 1) = -std::sin(angle);
  rotation.At(1, 0) = std::sin(angle);
  return rotation;
}

TEST(Matrices, PowersOfARotation) {
  const Matrix step = Rotation(0.01, 24);
  Matrix power = Rotation(0, 24);
  for (int i = 0; i < 300; ++i) power = power * step;
  EXPECT_NEAR(power.At(0, 0), std::cos(3.0), 1e-9);
}

TEST(Matrices, ProductOfLargeOnes) {
  const Matrix a(150, 200, 0.5);
  const Matrix b(200, 100, 2);
  const Matrix product = a * b;
  EXPECT_DOUBLE_EQ(product.At(149, 99), 200);
}

TEST(Matrices, SolveByElimination) {
  constexpr std::size_t kSize = 120;
  Matrix system(kSize, kSize + 1, 1);
  for (std::size_t i = 0; i < kSize; ++i) system.At(i, i) = static_cast<double>(kSize);
  for (std::size_t i = 0; i < kSize; ++i) {
    for (std::size_t row = i + 1; row < kSize; ++row) {
      const double factor = system.At(row, i) / system.At(i, i);
      for (std::size_t k = i; k <= kSize; ++k) system.At(row, k) -= factor * system.At(i, k);
    }
  }
  std::vector<double> solution(kSize);
  for (std::size_t i = kSize; i-- > 0;) {
    double rest = system.At(i, kSize);
    for (std::size_t k = i + 1; k < kSize; ++k) rest -= system.At(i, k) * solution[k];
    solution[i] = rest / system.At(i, i);
  }
  EXPECT_NEAR(solution[0], solution[kSize - 1], 1e-9);
}

TEST(Images, BlurredTwice) {
  constexpr std::size_t kWidth = 1024, kHeight = 512;
  std::vector<std::uint8_t> image(kWidth * kHeight, 200);
  std::vector<std::uint8_t> blurred(kWidth * kHeight);
  for (int pass = 0; pass < 2; ++pass) {
    for (std::size_t y = 0; y < kHeight; ++y) {
      for (std::size_t x = 0; x < kWidth; ++x) {
        const std::size_t left = x == 0 ? 0 : x - 1;
        const std::size_t right = x + 1 == kWidth ? x : x + 1;
        const int sum =
            image[y * kWidth + left] + image[y * kWidth + x] + image[y * kWidth + right];
        blurred[y * kWidth + x] = static_cast<std::uint8_t>(sum / 3);
      }
    }
    std::swap(image, blurred);
  }
  EXPECT_EQ(image[kWidth + 5], 200);
}

TEST(Images, HistogramOfFrames) {
  constexpr std::size_t kFrameBytes = 256 << 10;
  const std::unique_ptr<std::uint8_t[]> frame(new std::uint8_t[kFrameBytes]);
  std::vector<std::size_t> histogram(256);
  for (int number = 0; number < 20; ++number) {
    for (std::size_t i = 0; i < kFrameBytes; ++i) {
      frame[i] = static_cast<std::uint8_t>(i * 31 + static_cast<std::size_t>(number));
    }
    for (std::size_t i = 0; i < kFrameBytes; ++i) ++histogram[frame[i]];
  }
  EXPECT_EQ(histogram[0], 20 * kFrameBytes / 256);
}

TEST(Signals, SumsOfWaves) {
  std::valarray<double> signal(0.0, 8192);
  for (int wave = 1; wave <= 5; ++wave) {
    for (std::size_t i = 0; i < signal.size(); ++i) {
      signal[i] += std::sin(static_cast<double>(i) * wave * 6.283185307179586 / 8192) / wave;
    }
  }
  EXPECT_NEAR(signal.sum(), 0, 1e-6);
}

}  // namespace
