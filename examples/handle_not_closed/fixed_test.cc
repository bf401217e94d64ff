// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the descriptor has an owner on the stack, whose destructor closes it. Every way out of the
// loader now passes it: the early return, the last line, and an exception.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>

namespace config {

class File {
 public:
  explicit File(const char* path) : descriptor_(open(path, O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

bool Load(const char* path, std::string* text) {
  const File file(path);
  if (file.descriptor() < 0) return false;
  char buffer[4096];
  const ssize_t size = read(file.descriptor(), buffer, sizeof(buffer));
  if (size <= 0) return false;
  text->assign(buffer, static_cast<std::string::size_type>(size));
  return true;
}

}  // namespace config

TEST(Config, RefusesAnEmptyFile) {
  std::string text;
  EXPECT_FALSE(config::Load("/dev/null", &text));
}
