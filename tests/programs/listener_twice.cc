// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The executable and its helper library both carry the listener.
#include <gtest/gtest.h>

int HelpedValue();

TEST(Twice, UsesTheHelper) { EXPECT_EQ(HelpedValue(), 42); }
