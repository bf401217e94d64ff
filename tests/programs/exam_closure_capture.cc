// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// PATTERN closure-capture
// A deferred check of an upload needs the length of the picture, and holds the whole picture.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace upload {

struct Picture {
  std::string name;
  std::vector<std::uint8_t> pixels;
};

class Deferred {
 public:
  void Later(std::function<bool()> check) { checks_.push_back(std::move(check)); }

  bool RunAll() const {
    for (const auto& check : checks_) {
      if (!check()) {
        return false;
      }
    }
    return true;
  }

 private:
  std::vector<std::function<bool()>> checks_;
};

Deferred& Checks() {
  static Deferred deferred;
  return deferred;
}

class Receiver {
 public:
  explicit Receiver(std::size_t limit) : limit_(limit) {}

  void Accept(const Picture& picture) {
    ++accepted_;
    const std::size_t limit = limit_;
    Checks().Later([picture, limit] { return picture.pixels.size() <= limit; });  // HERE
  }

  int accepted() const { return accepted_; }

 private:
  std::size_t limit_;
  int accepted_ = 0;
};

Picture Scan(const std::string& name) { return {name, std::vector<std::uint8_t>(48 * 1024, 0x7f)}; }

}  // namespace upload

namespace {

TEST(Receiver, ChecksEachPictureLater) {
  upload::Receiver receiver(1 << 20);
  receiver.Accept(upload::Scan("front"));
  receiver.Accept(upload::Scan("back"));
  EXPECT_EQ(receiver.accepted(), 2);
  EXPECT_TRUE(upload::Checks().RunAll());
}

}  // namespace
