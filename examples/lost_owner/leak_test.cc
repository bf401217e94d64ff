// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: the message is owned by a raw pointer, and the early return for a bad checksum leaves
// before the delete. In the second test a shape is deleted through a base class without a virtual
// destructor, so the polygon's points are never freed.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace protocol {

struct Message {
  char payload[512] = {};
  int checksum = 0;
};

bool Accept(const char* bytes, int checksum) {
  Message* message = new Message;  // LEAK: critical memory-leak
  std::strncpy(message->payload, bytes, sizeof(message->payload) - 1);
  for (const char* c = message->payload; *c != '\0'; ++c) message->checksum += *c;
  if (message->checksum != checksum) return false;
  delete message;
  return true;
}

}  // namespace protocol

namespace drawing {

struct Shape {};

struct Polygon : Shape {
  explicit Polygon(std::vector<int> corners) : points(std::move(corners)) {}
  std::vector<int> points;
};

std::unique_ptr<Shape> MakeSquare(int side) {
  std::vector<int> points{0, 0, side, 0, side, side, 0, side};  // LEAK: critical memory-leak
  return std::make_unique<Polygon>(std::move(points));
}

}  // namespace drawing

TEST(Protocol, RefusesABadChecksum) { EXPECT_FALSE(protocol::Accept("hello", 1)); }

TEST(Drawing, MakesASquare) { EXPECT_NE(drawing::MakeSquare(10), nullptr); }
