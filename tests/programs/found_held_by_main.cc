// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A variable of main holds memory that grows: the tests have a reference to it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

std::vector<std::string>* journal_of_main = nullptr;

TEST(Main, HoldsItsTestsJournal) { journal_of_main->emplace_back(300, 'j'); }

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  // HOLDER Main.HoldsItsTestsJournal: journal | std::vector<std::string> | local variable
  std::vector<std::string> journal;
  journal_of_main = &journal;
  return RUN_ALL_TESTS();
}
