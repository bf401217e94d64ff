// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN static-lifetime
// A table of all code points is built at first use and stays until the process ends.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace text {

struct CodePoint {
  std::uint32_t upper = 0;
  std::uint32_t lower = 0;
  bool letter = false;
};

class CaseTable {
 public:
  static const CaseTable& Shared() {
    static const CaseTable table;  // HERE
    return table;
  }

  std::uint32_t ToUpper(std::uint32_t code) const { return points_.at(code).upper; }
  bool IsLetter(std::uint32_t code) const { return points_.at(code).letter; }

 private:
  CaseTable() : points_(0x30000) {  // HERE
    for (std::size_t code = 0; code < points_.size(); ++code) {
      CodePoint& point = points_[code];
      point.upper = point.lower = static_cast<std::uint32_t>(code);
    }
    for (std::uint32_t code = 'a'; code <= 'z'; ++code) {
      points_[code].upper = code - 'a' + 'A';
      points_[code].letter = points_[code - 'a' + 'A'].letter = true;
    }
  }

  std::vector<CodePoint> points_;
};

std::uint32_t ToUpper(std::uint32_t code) { return CaseTable::Shared().ToUpper(code); }

}  // namespace text

namespace {

TEST(CaseTable, RaisesLetters) {
  EXPECT_EQ(text::ToUpper('q'), static_cast<std::uint32_t>('Q'));
  EXPECT_EQ(text::ToUpper('7'), static_cast<std::uint32_t>('7'));
}

TEST(CaseTable, KnowsLetters) {
  EXPECT_TRUE(text::CaseTable::Shared().IsLetter('Z'));
  EXPECT_FALSE(text::CaseTable::Shared().IsLetter('-'));
}

}  // namespace
