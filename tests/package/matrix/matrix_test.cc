// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// Two tests: what the first makes is lost, what the second makes is not.

#include <gtest/gtest.h>

#include "part.h"

namespace {

Part* volatile g_last = nullptr;

TEST(Warehouse, LosesAPart) {
  g_last = MakePart();
  EXPECT_EQ(g_last->bytes[0], 'x');
}

TEST(Warehouse, GivesAPartBack) {
  Part* part = MakePart();
  EXPECT_EQ(ShelvesInStock(), 12);
  EXPECT_EQ(part->bytes[499], 'x');
  GiveBack(part);
}

}  // namespace
