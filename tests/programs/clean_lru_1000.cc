// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// An LRU of 1,000 entries that takes 10 new keys a run: it looks linear for 100 runs.
#include <gtest/gtest.h>

#include <list>
#include <string>
#include <unordered_map>
#include <utility>

using Entries = std::list<std::pair<int, std::string>>;
Entries entries;
std::unordered_map<int, Entries::iterator> entry_of;

void Put(int key) {
  entries.emplace_front(key, std::string(100, 'v'));
  entry_of[key] = entries.begin();
  if (entries.size() <= 1000) return;
  entry_of.erase(entries.back().first);
  entries.pop_back();
}

TEST(Lru, TakesTenNewKeys) {
  static int key = 0;
  for (int i = 0; i < 10; ++i) Put(key++);
  EXPECT_LE(entries.size(), 1000u);
}
