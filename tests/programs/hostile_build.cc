// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One test that loses a block in each run, and two that do not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

int* volatile lost = nullptr;

__attribute__((noinline)) void Lose(int value) {
  lost = new int[6]{value};
  lost = nullptr;
}

TEST(Build, LosesOneBlock) {
  Lose(1);
  EXPECT_EQ(lost, nullptr);
}

TEST(Build, GivesAllBack) {
  std::vector<std::string> lines;
  for (int i = 0; i < 50; ++i) lines.push_back(std::string(100, 'x'));
  EXPECT_EQ(lines.size(), 50u);
}

TEST(Build, FillsABufferOnce) {
  static std::string* const buffer = new std::string(1000, 'x');
  EXPECT_EQ(buffer->size(), 1000u);
}

}  // namespace
