// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A file that is read whole, and one that is read piece by piece.
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace {

constexpr std::size_t kBytes = 32 << 20;
constexpr std::size_t kPiece = 64 << 10;

std::size_t Sum(const std::vector<char>& bytes) {
  std::size_t sum = 0;
  for (const char byte : bytes) sum += static_cast<std::size_t>(byte);
  return sum;
}

}  // namespace

TEST(File, Wasteful) {
  const std::vector<char> whole(kBytes, 1);  // WASTE: peak-site
  EXPECT_EQ(Sum(whole), kBytes);
}

TEST(File, Rewritten) {
  const std::vector<char> piece(kPiece, 1);
  std::size_t sum = 0;
  for (std::size_t at = 0; at < kBytes; at += kPiece) sum += Sum(piece);
  EXPECT_EQ(sum, kBytes);
}
