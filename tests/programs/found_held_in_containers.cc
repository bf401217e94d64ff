// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Memory that grows in containers of each kind. A HOLDER mark is on the line before the variable:
// whose memory it holds, its name, type and storage.
#include <gtest/gtest.h>

#include <any>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace app {

struct Request {
  char path[300] = "/";
};

// HOLDER Container.Deque: app::recent | std::deque<app::Request> | global
std::deque<Request> recent;

// HOLDER Container.List: app::queue | std::list<app::Request> | global
std::list<Request> queue;

// HOLDER Container.UnorderedMap: app::by_id | std::unordered_map<int, app::Request> | global
std::unordered_map<int, Request> by_id;

// HOLDER Container.Shared: app::shared | std::vector<std::shared_ptr<app::Request>> | global
std::vector<std::shared_ptr<Request>> shared;

// HOLDER Container.Any: app::attachment | std::any | global
std::any attachment = std::vector<std::string>();

// HOLDER Container.Functions: app::on_close | std::map<int, std::function<void()>> | global
std::map<int, std::function<void()>> on_close;

}  // namespace app

TEST(Container, Deque) { app::recent.emplace_back(); }

TEST(Container, List) { app::queue.emplace_back(); }

TEST(Container, UnorderedMap) { app::by_id[static_cast<int>(app::by_id.size())] = {}; }

TEST(Container, Shared) { app::shared.push_back(std::make_shared<app::Request>()); }

TEST(Container, Any) {
  std::any_cast<std::vector<std::string>&>(app::attachment).emplace_back(300, 'a');
}

TEST(Container, Functions) {
  const int id = static_cast<int>(app::on_close.size());
  app::on_close[id] = [last = app::Request()] { EXPECT_EQ(last.path[0], '/'); };
}
