// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One long string more a run: its vector doubles for the last time in the middle of 1,024 runs.
#include <gtest/gtest.h>

#include <string>
#include <vector>

std::vector<std::string> history;

TEST(Strings, OneMoreThanBefore) {
  history.push_back("a string that is too long to be kept in place");
  EXPECT_FALSE(history.empty());
}
