// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Skipped in the body, and in SetUp.
#include <gtest/gtest.h>

TEST(Skip, InTheBody) { GTEST_SKIP() << "not on this machine"; }

struct SkipInSetUp : testing::Test {
  void SetUp() override { GTEST_SKIP() << "not today"; }
};

TEST_F(SkipInSetUp, NeverRunsTheBody) { FAIL(); }

TEST(Skip, NotThisOne) {}
