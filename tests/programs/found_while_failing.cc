// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Both tests fail with long messages in each run. One loses 100 bytes a run, the other keeps 300
// bytes more.
#include <gtest/gtest.h>

#include <cstring>
#include <list>
#include <string>

char* volatile lost = nullptr;

void FailAtLength() {
  SCOPED_TRACE(std::string(700, 't'));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(i, -1) << std::string(2000, 'm');
  testing::Test::RecordProperty("property", std::string(900, 'p'));
}

TEST(Failing, Loses) {
  FailAtLength();
  lost = new char[100];  // the leak
  lost = nullptr;
  FAIL() << std::string(1500, 'f');
}

char* Copy(const std::string& text) {
  char* copy = new char[300];  // the growth
  std::memcpy(copy, text.data(), text.size());
  return copy;
}

char* kept[2000];

TEST(Failing, Grows) {
  static int next = 0;
  kept[next++] = Copy("text");
  FailAtLength();
}
