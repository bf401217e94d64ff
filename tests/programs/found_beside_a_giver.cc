// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// A leak in a suite in which a later test frees more than the leak keeps, and nothing of it.
#include <gtest/gtest.h>

#include <string>

std::string* session = nullptr;

TEST(Suite, LosesAName) {
  static std::string* last = nullptr;
  last = new std::string(200, 'n');
  EXPECT_EQ(last->size(), 200u);
}

TEST(Suite, OpensTheSession) { session = new std::string(5000, 's'); }

TEST(Suite, ClosesTheSession) {
  delete session;
  session = nullptr;
}
