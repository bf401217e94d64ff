// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A cache without eviction whose keys are always the same 20.
#include <gtest/gtest.h>

#include <map>
#include <string>

const std::string& Page(int key) {
  static std::map<int, std::string> cache;
  std::string& page = cache[key];
  if (page.empty()) page.assign(500, 'p');
  return page;
}

TEST(Cache, ServesTheSameKeys) {
  for (int key = 0; key < 20; ++key) EXPECT_EQ(Page(key).size(), 500u);
}
