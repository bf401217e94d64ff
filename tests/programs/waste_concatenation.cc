// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A text that is copied whole for each piece that is added, and one that grows in place.
#include <gtest/gtest.h>

#include <string>

namespace {

std::string CopyAll(int rows) {
  std::string csv = "id,name\n";
  for (int id = 0; id < rows; ++id) {
    csv = csv + std::to_string(id) + ",customer\n";  // WASTE: string-concatenation
  }
  return csv;
}

std::string InPlace(int rows) {
  std::string csv = "id,name\n";
  for (int id = 0; id < rows; ++id) {
    csv += std::to_string(id);
    csv += ",customer\n";
  }
  return csv;
}

}  // namespace

TEST(Csv, Wasteful) { EXPECT_GT(CopyAll(400).size(), 4000u); }

TEST(Csv, Rewritten) { EXPECT_GT(InPlace(400).size(), 4000u); }
