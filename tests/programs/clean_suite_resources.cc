// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A container of the suite that its tests push into, freed with the suite.
#include <gtest/gtest.h>

#include <string>
#include <vector>

struct Suite : testing::Test {
  static void SetUpTestSuite() { lines = new std::vector<std::string>; }
  static void TearDownTestSuite() { delete lines; }
  static std::vector<std::string>* lines;
};
std::vector<std::string>* Suite::lines = nullptr;

TEST_F(Suite, PushesMany) {
  for (int i = 0; i < 100; ++i) lines->emplace_back(200, 's');
}

TEST_F(Suite, PushesOneMore) { lines->emplace_back(200, 's'); }
