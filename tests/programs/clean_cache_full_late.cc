// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A cache of 950 entries that takes one a run: it looks linear for nearly all of 1,024 runs.
#include <gtest/gtest.h>

#include <list>
#include <string>

std::list<std::string> cache;

TEST(Cache, IsFullAfter950Runs) {
  if (cache.size() < 950) cache.push_back(std::string(50, 'c'));
  EXPECT_LE(cache.size(), 950u);
}
