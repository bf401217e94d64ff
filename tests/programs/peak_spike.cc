// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// One test that needs 100 MiB for a moment, among 12 that need 10 KiB; nothing is kept.
#include <gtest/gtest.h>

#include <vector>

struct Peak : testing::TestWithParam<int> {};
TEST_P(Peak, IsSmall) { EXPECT_EQ(std::vector<char>(10 << 10, 's').back(), 's'); }
INSTANTIATE_TEST_SUITE_P(Twelve, Peak, testing::Range(0, 12));

TEST(PeakSpike, IsLarge) { EXPECT_EQ(std::vector<char>(100 << 20, 'l').back(), 'l'); }
