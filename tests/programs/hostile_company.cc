// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Suspects that cannot be repeated in one process, each in its own way, beside two that leak.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

std::vector<std::string*> kept;
int runs[3];

struct Company : testing::Test {
  Company() { kept.push_back(new std::string(100, 'k')); }
};
TEST_F(Company, Leaks) {}
TEST_F(Company, CrashesInItsThirdRun) {
  if (++runs[0] == 3) abort();
}
TEST_F(Company, FailsInItsFifthRun) { EXPECT_LT(++runs[1], 5); }
TEST_F(Company, EndsTheProcess) {
  if (++runs[2] == 2) exit(0);
}
TEST_F(Company, LeaksToo) {}
