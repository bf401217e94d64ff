// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// Buffers far larger than what is put in, and the same as large as that.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace {

constexpr int kMessages = 200;

std::string Message(int number) { return "message " + std::to_string(number); }

std::size_t Encode(const std::string& text, std::size_t capacity) {
  char* const buffer = new char[capacity];  // WASTE: oversize
  std::memcpy(buffer, text.c_str(), text.size() + 1);
  const std::size_t length = std::strlen(buffer);
  delete[] buffer;
  return length;
}

TEST(WasteOversize, BufferForTheLargestMessage) {
  std::size_t length = 0;
  for (int i = 0; i < kMessages; ++i) length += Encode(Message(i), 16384);
  EXPECT_GT(length, 0u);
}

TEST(WasteOversize, BufferAsLargeAsTheMessage) {
  std::size_t length = 0;
  for (int i = 0; i < kMessages; ++i) length += Encode(Message(i), Message(i).size() + 1);
  EXPECT_GT(length, 0u);
}

// It is cleared, so it is touched, all of it.
TEST(WasteOversize, BufferThatIsCleared) {
  int sum = 0;
  for (int i = 0; i < kMessages; ++i) {
    const std::vector<char> buffer(16384);
    sum += buffer[static_cast<std::size_t>(i)];
  }
  EXPECT_EQ(sum, 0);
}

}  // namespace
