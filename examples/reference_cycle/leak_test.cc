// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Leak: a session owns its connection, and the connection owns its session. Each keeps the other's
// count above zero, so when the caller lets go, neither is ever destroyed.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace chat {

struct Session;

struct Connection {
  std::shared_ptr<Session> session;
  std::string address;
};

struct Session {
  std::shared_ptr<Connection> connection;
  std::string user;
  char outbox[1024] = {};
};

std::shared_ptr<Session> OpenSession(std::string user, std::string address) {
  auto session = std::make_shared<Session>();  // LEAK: critical memory-leak
  session->user = std::move(user);
  session->connection = std::make_shared<Connection>();
  session->connection->address = std::move(address);
  session->connection->session = session;
  return session;
}

const std::string& UserOf(const Connection& connection) { return connection.session->user; }

}  // namespace chat

TEST(Chat, ConnectionKnowsItsUser) {
  const auto session = chat::OpenSession("ada", "10.0.0.7");
  EXPECT_EQ(chat::UserOf(*session->connection), "ada");
}
