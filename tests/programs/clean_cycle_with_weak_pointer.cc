// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// The cycles of found_cycle_of_classes and found_cycle_through_closure with one pointer made weak.
#include <gtest/gtest.h>

#include <functional>
#include <list>
#include <memory>
#include <vector>

struct Room;
struct Member {
  std::weak_ptr<Room> room;
  char name[100] = {};
};
struct Room {
  std::vector<std::shared_ptr<Member>> members;
};

struct Element {
  std::weak_ptr<Element> parent;
  std::list<std::shared_ptr<Element>> children;
  char tag[100] = {};
};

struct Session {
  std::function<void()> on_close;
  bool closed = false;
};

TEST(Cycle, OfTwoClassesIsBroken) {
  const auto room = std::make_shared<Room>();
  room->members.push_back(std::make_shared<Member>());
  room->members.back()->room = room;
  EXPECT_EQ(room.use_count(), 1);
}

TEST(Cycle, OfATreeIsBroken) {
  const auto root = std::make_shared<Element>();
  root->children.push_back(std::make_shared<Element>());
  root->children.back()->parent = root;
  EXPECT_EQ(root.use_count(), 1);
}

TEST(Cycle, ThroughAClosureIsBroken) {
  const auto session = std::make_shared<Session>();
  session->on_close = [weak = std::weak_ptr<Session>(session)] { weak.lock()->closed = true; };
  session->on_close();
  EXPECT_TRUE(session->closed);
}
