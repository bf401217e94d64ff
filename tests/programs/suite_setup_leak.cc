// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// SetUpTestSuite loses 200 bytes each time; the tests are clean.
#include <gtest/gtest.h>

char* volatile lost = nullptr;

struct LeakySuite : testing::Test {
  static void SetUpTestSuite() {
    lost = new char[200];
    lost = nullptr;
  }
};

TEST_F(LeakySuite, FirstIsClean) {}

TEST_F(LeakySuite, SecondIsClean) {}
