// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The first test closes every descriptor from 3 up and opens STREAM_OWN_FILE so often that it has
// all those numbers; it and the tests after it write to each, and nobody closes them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

char* volatile lost = nullptr;

void WriteToAll() {
  for (int number = 3; number < 64; ++number) ASSERT_EQ(write(number, "mine\n", 5), 5);
}

TEST(OwnFile, TakesEveryNumber) {
  for (int number = 3; number < 65536; ++number) close(number);
  for (int number = 3; number < 64; ++number) {
    ASSERT_EQ(open(std::getenv("STREAM_OWN_FILE"), O_WRONLY | O_CREAT | O_APPEND, 0600), number);
  }
  WriteToAll();
}

TEST(OwnFile, LosesMemory) {
  lost = new char[100];
  WriteToAll();
}

TEST(OwnFile, Fails) {
  ADD_FAILURE() << "a message in the stream";
  WriteToAll();
}
