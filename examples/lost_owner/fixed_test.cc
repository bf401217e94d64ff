// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: a unique_ptr owns the message, so every return frees it. The shape's destructor is
// virtual, so deleting it as a Shape runs the polygon's own destructor too.
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
  const auto message = std::make_unique<Message>();
  std::strncpy(message->payload, bytes, sizeof(message->payload) - 1);
  for (const char* c = message->payload; *c != '\0'; ++c) message->checksum += *c;
  return message->checksum == checksum;
}

}  // namespace protocol

namespace drawing {

struct Shape {
  virtual ~Shape() = default;
};

struct Polygon : Shape {
  explicit Polygon(std::vector<int> corners) : points(std::move(corners)) {}
  std::vector<int> points;
};

std::unique_ptr<Shape> MakeSquare(int side) {
  std::vector<int> points{0, 0, side, 0, side, side, 0, side};
  return std::make_unique<Polygon>(std::move(points));
}

}  // namespace drawing

TEST(Protocol, RefusesABadChecksum) { EXPECT_FALSE(protocol::Accept("hello", 1)); }

TEST(Drawing, MakesASquare) { EXPECT_NE(drawing::MakeSquare(10), nullptr); }
