// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the loader returns early when the file is empty, past the close() at its end. Each such
// call keeps one descriptor, until open() fails for the whole process.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>

namespace config {

bool Load(const char* path, std::string* text) {
  const int file = open(path, O_RDONLY | O_CLOEXEC);  // LEAK: critical fd-leak
  if (file < 0) return false;
  char buffer[4096];
  const ssize_t size = read(file, buffer, sizeof(buffer));
  if (size <= 0) return false;
  text->assign(buffer, static_cast<std::string::size_type>(size));
  close(file);
  return true;
}

}  // namespace config

TEST(Config, RefusesAnEmptyFile) {
  std::string text;
  EXPECT_FALSE(config::Load("/dev/null", &text));
}
