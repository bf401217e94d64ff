// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Cycles of shared pointers between classes, one lost a run. A CYCLE mark has the types around it;
// a WEAKEN mark stands at the member that should be weak.
#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <vector>

namespace chat {

struct Room;
struct Member {
  std::shared_ptr<Room> room;  // WEAKEN Cycle.OfTwoClasses: chat::Member::room
  char name[100] = {};
};
// CYCLE Cycle.OfTwoClasses: chat::Room | chat::Member
struct Room {
  std::vector<std::shared_ptr<Member>> members;
};

struct Project;
struct Build {
  std::shared_ptr<Project> project;  // WEAKEN Cycle.OfThreeClasses: chat::Build::project
};
struct Target {
  std::shared_ptr<Build> build;
};
// CYCLE Cycle.OfThreeClasses: chat::Project | chat::Target | chat::Build
struct Project {
  std::shared_ptr<Target> target;
  char name[100] = {};
};

// CYCLE Cycle.OfOne: chat::Timer
struct Timer {
  std::shared_ptr<Timer> self;  // WEAKEN Cycle.OfOne: chat::Timer::self
  char name[100] = {};
};

struct Document;
struct View {
  std::shared_ptr<Document> document;  // WEAKEN Cycle.WithOwnControlBlocks: chat::View::document
};
// CYCLE Cycle.WithOwnControlBlocks: chat::Document | chat::View
struct Document {
  std::shared_ptr<View> view;
  char text[100] = {};
};

struct Handler;
// CYCLE Cycle.WithEnableSharedFromThis: chat::Server | chat::Handler
struct Server : std::enable_shared_from_this<Server> {
  void Start();
  std::shared_ptr<Handler> handler;
  char name[100] = {};
};
struct Handler {
  std::shared_ptr<Server> server;  // WEAKEN Cycle.WithEnableSharedFromThis: chat::Handler::server
};
void Server::Start() {
  handler = std::make_shared<Handler>();
  handler->server = shared_from_this();
}

// CYCLE Cycle.OfATree: chat::Element
struct Element {
  std::shared_ptr<Element> parent;  // WEAKEN Cycle.OfATree: chat::Element::parent
  std::list<std::shared_ptr<Element>> children;
  char tag[100] = {};
};

std::shared_ptr<Element> Append(const std::shared_ptr<Element>& parent) {
  auto child = std::make_shared<Element>();
  child->parent = parent;
  parent->children.push_back(child);
  return child;
}

}  // namespace chat

TEST(Cycle, OfTwoClasses) {
  const auto room = std::make_shared<chat::Room>();
  room->members.push_back(std::make_shared<chat::Member>());
  room->members.back()->room = room;
  EXPECT_EQ(room.use_count(), 2);
}

TEST(Cycle, OfThreeClasses) {
  const auto project = std::make_shared<chat::Project>();
  project->target = std::make_shared<chat::Target>();
  project->target->build = std::make_shared<chat::Build>();
  project->target->build->project = project;
  EXPECT_EQ(project.use_count(), 2);
}

TEST(Cycle, OfOne) {
  const auto timer = std::make_shared<chat::Timer>();
  timer->self = timer;
  EXPECT_EQ(timer.use_count(), 2);
}

TEST(Cycle, WithOwnControlBlocks) {
  const std::shared_ptr<chat::Document> document(new chat::Document);
  document->view = std::shared_ptr<chat::View>(new chat::View);
  document->view->document = document;
  EXPECT_EQ(document.use_count(), 2);
}

TEST(Cycle, WithEnableSharedFromThis) {
  const auto server = std::make_shared<chat::Server>();
  server->Start();
  EXPECT_EQ(server.use_count(), 2);
}

TEST(Cycle, OfATree) {
  const auto root = std::make_shared<chat::Element>();
  Append(Append(root));
  Append(root);
  EXPECT_EQ(root.use_count(), 3);
}
