// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/report/golden.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

#include "gtest/gtest.h"

namespace memprof {

void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(MEMPROF_TEST_GOLDEN) + "/" + name;
  const char* approve = std::getenv("MEMPROF_APPROVE");
  if (approve != nullptr && std::string_view(approve) == "1") {
    std::ofstream out(path, std::ios::binary);
    out << actual;
    out.close();
    ASSERT_TRUE(out) << path << " cannot be written";
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << path << " cannot be read; tests/approve.sh writes it";
  const std::string expected((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(actual, expected) << path << " differs; when that is meant, run tests/approve.sh";
}

}  // namespace memprof
