// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Loses memory everywhere but in its tests: once in a static initialiser and in `main`, and in each
// run in an environment and in SetUpTestSuite. What it keeps beside that is no leak.
#include <gtest/gtest.h>

#include <map>
#include <string>

char* volatile lost = nullptr;

struct Registry {
  Registry() {
    lost = new char[111];  // in the static initialiser
    lost = nullptr;
    for (int i = 0; i < 100; ++i) table[i] = std::string(100, 'r');
  }
  std::map<int, std::string> table;
} registry;

void Configure() {
  lost = new char[222];  // in main
  lost = nullptr;
}

struct Database : testing::Environment {
  void SetUp() override {
    lost = new char[333];  // in the environment
    lost = nullptr;
  }
};

struct Suite : testing::Test {
  static void SetUpTestSuite() {
    lost = new char[444];  // in SetUpTestSuite
    lost = nullptr;
  }
};

TEST_F(Suite, FirstIsClean) { EXPECT_EQ(registry.table.size(), 100u); }

TEST_F(Suite, SecondIsClean) {}

TEST(NextSuite, IsClean) {}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  Configure();
  testing::AddGlobalTestEnvironment(new Database);
  return RUN_ALL_TESTS();
}
