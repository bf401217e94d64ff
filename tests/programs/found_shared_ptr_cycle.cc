// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A pure cycle: nothing outside points to it, so LeakSanitizer calls all of it indirect.
#include <gtest/gtest.h>

#include <memory>

struct Node {
  std::shared_ptr<Node> peer;
  char payload[100] = {};
};

TEST(Cycle, KeepsItself) {
  const auto first = std::make_shared<Node>();
  first->peer = std::make_shared<Node>();
  first->peer->peer = first;
  EXPECT_EQ(first.use_count(), 2);
}
