// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The environment keeps 300 bytes more each time it is set up; the tests are clean.
#include <gtest/gtest.h>

#include <list>
#include <string>

struct LeakyEnvironment : testing::Environment {
  void SetUp() override { kept.emplace_back(300, 'e'); }
  std::list<std::string> kept;
};

TEST(Environment, FirstIsClean) {}

TEST(Environment, SecondIsClean) {}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new LeakyEnvironment);
  return RUN_ALL_TESTS();
}
