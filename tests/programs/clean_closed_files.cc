// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Every kind of file handle, opened and closed.
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

TEST(Files, AreClosed) {
  const int descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::FILE* file = std::fopen("/dev/null", "r");
  DIR* directory = opendir("/");
  const std::ifstream stream("/dev/null");
  EXPECT_TRUE(descriptor >= 0 && file != nullptr && directory != nullptr && stream.is_open());
  close(descriptor);
  if (file != nullptr) std::fclose(file);
  if (directory != nullptr) closedir(directory);
}
