// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

std::string* session = nullptr;

TEST(Order, OpensTheSession) { session = new std::string(200, 's'); }

TEST(Order, ClosesTheSession) {
  delete session;
  session = nullptr;
}
