// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
// Fixed: the connection points back with a weak_ptr, which does not own. Ownership now runs one way
// only, so the session is destroyed with its last user, and its connection with it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace chat {

struct Session;

struct Connection {
  std::weak_ptr<Session> session;
  std::string address;
};

struct Session {
  std::shared_ptr<Connection> connection;
  std::string user;
  char outbox[1024] = {};
};

std::shared_ptr<Session> OpenSession(std::string user, std::string address) {
  auto session = std::make_shared<Session>();
  session->user = std::move(user);
  session->connection = std::make_shared<Connection>();
  session->connection->address = std::move(address);
  session->connection->session = session;
  return session;
}

std::string UserOf(const Connection& connection) {
  const auto session = connection.session.lock();
  return session ? session->user : "(gone)";
}

}  // namespace chat

TEST(Chat, ConnectionKnowsItsUser) {
  const auto session = chat::OpenSession("ada", "10.0.0.7");
  EXPECT_EQ(chat::UserOf(*session->connection), "ada");
}

TEST(Chat, ConnectionNoticesThatItsSessionIsGone) {
  const auto connection = chat::OpenSession("ada", "10.0.0.7")->connection;
  EXPECT_EQ(chat::UserOf(*connection), "(gone)");
}
