// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// 10,000 tests that do nothing: what the listener adds to each test, and the driver to a report.
#include <gtest/gtest.h>

class Empty : public testing::TestWithParam<int> {};

TEST_P(Empty, DoesNothing) {}

INSTANTIATE_TEST_SUITE_P(TenThousand, Empty, testing::Range(0, 10000));
