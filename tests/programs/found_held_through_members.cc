// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Memory that grows some members away from the variable, or behind pointers that the program links
// itself. A HOLDER mark is on the line before the variable: whose memory it holds, its name, type
// and storage; a PATH mark names what the way to the memory leads through.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

namespace app {

struct Cache {
  std::map<int, std::string> entries;
};

class App {
 public:
  void Keep() { cache_.entries.emplace(static_cast<int>(cache_.entries.size()), Page()); }

 private:
  static std::string Page() { return std::string(300, 'p'); }

  char name_[20] = "app";
  Cache cache_;  // PATH Member.OfAnObjectInAUniquePtr: cache_.entries
};

// HOLDER Member.OfAnObjectInAUniquePtr: app::g_app | std::unique_ptr<app::App> | global
std::unique_ptr<App> g_app;

struct State {
  int version = 1;
  Cache cache;
};

// HOLDER Member.OfAGlobalObject: app::state.cache.entries | std::map<int, std::string> | global
State state;

struct Node {
  Node* next;  // PATH Member.OfNodes: app::Node
  char payload[300];
};

// HOLDER Member.OfNodes: app::nodes | app::Node* | global
Node* nodes = nullptr;

}  // namespace app

TEST(Member, OfAnObjectInAUniquePtr) {
  if (app::g_app == nullptr) app::g_app = std::make_unique<app::App>();
  app::g_app->Keep();
}

TEST(Member, OfAGlobalObject) {
  std::map<int, std::string>& entries = app::state.cache.entries;
  entries.emplace(static_cast<int>(entries.size()), std::string(300, 's'));
}

TEST(Member, OfNodes) { app::nodes = new app::Node{app::nodes, "payload"}; }
