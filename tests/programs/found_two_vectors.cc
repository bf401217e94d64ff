// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One int more a run in one vector, three in another: they double at different runs.
#include <gtest/gtest.h>

#include <vector>

std::vector<int> singles;
std::vector<int> triples;

TEST(TwoVectors, GrowAtTheirOwnPace) {
  singles.push_back(1);
  triples.insert(triples.end(), {1, 2, 3});
  EXPECT_EQ(triples.size(), 3 * singles.size());
}
