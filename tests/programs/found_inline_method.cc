// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// 100 bytes lost in each run, in an inline method. GCC's LeakSanitizer names no line in a COMDAT
// section of a program with as many of them as the map brings without optimisation.
#include <gtest/gtest.h>

#include <map>
#include <string>

char* volatile lost = nullptr;

struct Buffer {
  void Grow() {
    lost = new char[100];  // the leak
    lost = nullptr;
  }
};

TEST(InlineMethod, LosesItsBuffer) {
  std::map<int, std::string> names;
  names[1] = "one";
  Buffer().Grow();
}
