// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// A session owns a closure that owns the session. The CYCLE mark has the types around it; the
// WEAKEN mark stands at the capture that should be weak.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

namespace net {

// CYCLE Closure.OwnsItsOwner: net::Session | closure
struct Session {
  std::function<void()> on_close;
  char buffer[200] = {};
  bool closed = false;
};

std::shared_ptr<Session> Open() {
  auto session = std::make_shared<Session>();
  auto close = [session] { session->closed = true; };  // WEAKEN Closure.OwnsItsOwner: session
  session->on_close = close;
  return session;
}

// CYCLE Closure.InAList: net::Button | closure
struct Button {
  std::vector<std::function<void()>> on_click;
  int clicks = 0;
  char label[200] = {};
};

}  // namespace net

TEST(Closure, OwnsItsOwner) {
  const std::shared_ptr<net::Session> session = net::Open();
  session->on_close();
  EXPECT_TRUE(session->closed);
}

TEST(Closure, InAList) {
  auto button = std::make_shared<net::Button>();
  const auto count = [button] { ++button->clicks; };  // WEAKEN Closure.InAList: button
  button->on_click.emplace_back(count);
  button->on_click.front()();
  EXPECT_EQ(button->clicks, 1);
}
