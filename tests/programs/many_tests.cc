// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// 10,000 empty tests.
#include <gtest/gtest.h>

struct Many : testing::TestWithParam<int> {};
TEST_P(Many, IsEmpty) {}
INSTANTIATE_TEST_SUITE_P(All, Many, testing::Range(0, 10000));
