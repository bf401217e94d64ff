// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/diagnose/fix/fix_template.h"
#include "tests/unit/source/compiles.h"

namespace memprof {
namespace {

Fix Propose(const std::string& text, const std::string& member, const std::string& type,
            int line = 0) {
  Sources sources;
  sources.Add(SourceFile("chat.cc", text));
  Finding finding;
  finding.pattern = Pattern::kReferenceCycle;
  finding.cycle = {"chat::Session.connection", "chat::Connection.session"};
  finding.weaken = Weaken{member, type, "chat.cc", line};
  const std::optional<Fix> fix = WeakenCycle(finding, sources);
  EXPECT_TRUE(fix.has_value());
  return fix.value_or(Fix());
}

constexpr char kHead[] = R"cc(#include <memory>
#include <string>
                              namespace chat {
                              struct Session;
                              struct Connection {
                                std::shared_ptr<Session> session;
                                std::string address;
                              };
                              struct Session {
                                std::shared_ptr<Connection> connection;
                                std::string user;
                              };
                              void Attach(const std::shared_ptr<Session>&);
                              void Detach(std::shared_ptr<Session>& session) { session.reset(); }
)cc";

std::string Program(const std::string& code) { return kHead + code + "\n}  // namespace chat\n"; }

Fix ProposeForMember(const std::string& code) {
  return Propose(Program(code), "chat::Connection::session", "std::shared_ptr<chat::Session>", 6);
}

TEST(WeakenCycle, AReturnedObjectIsAUseAndNoDeclaration) {
  const std::string code =
      "#include <memory>\nnamespace chat {\nstruct Session { int n = 0; };\nclass Connection {\n"
      " public:\n  const Session& session() const { return *session_; }\n private:\n"
      "  std::shared_ptr<Session> session_;\n};\n}  // namespace chat\n";
  const Fix fix = Propose(code, "chat::Connection::session_", "std::shared_ptr<chat::Session>", 8);
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  const std::string after = Patched("chat.cc", code, fix.diff);
  EXPECT_TRUE(Compiles(after)) << after;
  EXPECT_NE(after.find("return *session_.lock();"), std::string::npos) << after;
}

TEST(WeakenCycle, EachKindOfUseIsRewrittenAndCompiles) {
  const std::string before = Program(R"cc(
    void Join(std::shared_ptr<Session> session) {
      session->connection = std::make_shared<Connection>();
      session->connection->session = session;
    }
    const std::string& UserOf(const Connection& connection) { return connection.session->user; }
    bool IsOpen(const Connection& c) { return c.session != nullptr && !c.session->user.empty(); }
    bool IsClosed(const Connection* c) { return !c->session || c->session == nullptr; }
    std::shared_ptr<Session> SessionOf(const Connection& c) { return c.session; }
    Session CopyOf(const Connection& c) { return *c.session; }
    void Use(Connection& c) {
      if (c.session) Attach(c.session);
      while (c.session && c.address.empty()) c.session = nullptr;
      const auto kept = c.session;
      c.session.reset();
      if (kept) c.session = kept;
    })cc");
  const Fix fix = ProposeForMember(
      before.substr(sizeof kHead - 1, before.find("\n}  // namespace") + 1 - sizeof kHead));
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  const std::string after = Patched("chat.cc", before, fix.diff);
  EXPECT_TRUE(Compiles(after)) << after;
  for (const char* each :
       {"std::weak_ptr<Session> session;", "return connection.session.lock()->user;",
        "return !c.session.expired() && !c.session.lock()->user.empty();",
        "return c->session.expired() || c->session.expired();", "return c.session.lock();",
        "return *c.session.lock();", "if (!c.session.expired()) Attach(c.session.lock());",
        "while (!c.session.expired() && c.address.empty()) c.session.reset();",
        "const auto kept = c.session.lock();", "  c.session.reset();",
        "session->connection->session = session;"}) {
    EXPECT_NE(after.find(each), std::string::npos) << each << "\n" << after;
  }
  EXPECT_NE(fix.trade_off.find("chat.cc:20"), std::string::npos) << fix.trade_off;
  EXPECT_EQ(fix.summary, "make `Connection::session` a std::weak_ptr");
}

TEST(WeakenCycle, MethodsUseTheMemberByItsNameAlone) {
  const std::string text = R"cc(#include <memory>
#include <utility>
                                class Tree;
                                class Node {
                                 public:
                                  explicit Node(std::shared_ptr<Tree> tree) : tree_(std::move(tree)) {}
                                  int Depth() const;
                                  std::shared_ptr<Tree> tree() const { return tree_; }

                                 private:
                                  std::shared_ptr<Tree> tree_ = nullptr;
                                };
                                class Tree {
                                 public:
                                  int depth = 0;
                                  std::shared_ptr<Node> root;
                                };
                                int Node::Depth() const { return tree_ ? tree_->depth : 0; }
  )cc";
  const Fix fix = Propose(text, "Node::tree_", "std::shared_ptr<Tree>", 11);
  ASSERT_NE(fix.diff, "") << fix.why_no_diff;
  const std::string after = Patched("chat.cc", text, fix.diff);
  EXPECT_TRUE(Compiles(after)) << after;
  EXPECT_NE(after.find("  std::weak_ptr<Tree> tree_;\n"), std::string::npos) << after;
  EXPECT_NE(after.find("return !tree_.expired() ? tree_.lock()->depth : 0;"), std::string::npos);
}

struct Declined {
  const char* code;
  const char* why;
};

TEST(WeakenCycle, WhatAWeakPointerCannotDoIsDeclinedWithTheReason) {
  const std::vector<Declined> rows = {
      {"Session* Raw(const Connection& c) { return c.session.get(); }", "takes the plain pointer"},
      {"const std::shared_ptr<Session>& Of(const Connection& c) { return c.session; }",
       "returns a reference to it"},
      {"void Open(Connection& c) { c.session = std::make_shared<Session>(); }",
       "it may be the only owner"},
      {"void Close(Connection& c) { Detach(c.session); }", "`Detach` at chat.cc:15 may change it"},
      {"void Swap(Connection& c, Connection& d) { std::swap(c.session, d.session); }",
       "gives it to `swap`"},
      {"void Alias(Connection& c) { auto& s = c.session; s.reset(); }", "binds a reference to it"},
      {"struct Other { Session* session; }; Other Find();\n"
       "void F(const Other& o) { Find().session = o.session; }",
       "is not clear from the text"},
      {"Connection Make() { return Connection{nullptr, \"\"}; }", "may make it of nullptr"},
  };
  for (const Declined& row : rows) {
    const Fix fix = ProposeForMember(row.code);
    EXPECT_EQ(fix.diff, "") << row.code;
    EXPECT_NE(fix.why_no_diff.find(row.why), std::string::npos) << row.code << "\n"
                                                                << fix.why_no_diff;
    EXPECT_NE(fix.snippet.find("std::weak_ptr<Session> session;"), std::string::npos);
  }
}

TEST(WeakenCycle, AnotherClassesMemberOfTheNameStays) {
  const std::string code =
      "struct Ticket { std::shared_ptr<Session> session; };\n"
      "bool Same(const Ticket& ticket, const Connection& c) {\n"
      "  return ticket.session->user == c.session->user;\n"
      "}";
  const Fix fix = ProposeForMember(code);
  const std::string after = Patched("chat.cc", Program(code), fix.diff);
  EXPECT_NE(after.find("ticket.session->user == c.session.lock()->user"), std::string::npos)
      << after << fix.why_no_diff;
  EXPECT_TRUE(Compiles(after));
}

TEST(WeakenCycle, AMemberThatIsNoPlainSharedPointerGetsASnippet) {
  const std::string text =
      "#include <memory>\n#include <vector>\nstruct A;\nstruct B { std::vector<std::shared_ptr<A>> "
      "all; };\n";
  const Fix fix = Propose(text, "B::all", "std::vector<std::shared_ptr<A>>", 4);
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.why_no_diff.find("not as a std::shared_ptr"), std::string::npos);
}

constexpr char kClosures[] = R"(#include <functional>
#include <memory>
namespace net {
struct Session {
  std::function<void()> on_close;
  std::function<bool()> is_open;
  bool closed = false;
};
std::shared_ptr<Session> Open() {
  auto session = std::make_shared<Session>();
  session->on_close = [session] { session->closed = true; };
  session->is_open = [session] { return !session->closed; };
  return session;
}
class Link : public std::enable_shared_from_this<Link> {
 public:
  void Start() {
    done_ = [this, self = shared_from_this()]() { open_ = false; };
  }

 private:
  std::function<void()> done_;
  bool open_ = true;
};
}  // namespace net
)";

TEST(WeakenCycle, AClosureLocksWhatItCaptures) {
  const Fix local = Propose(kClosures, "the capture `session` of the closure at chat.cc:11",
                            "std::shared_ptr<net::Session>", 11);
  ASSERT_NE(local.diff, "") << local.why_no_diff;
  const std::string after = Patched("chat.cc", kClosures, local.diff);
  EXPECT_TRUE(Compiles(after)) << after;
  EXPECT_NE(
      after.find("  session->on_close = [weak_session = std::weak_ptr<net::Session>(session)] "
                 "{\n"
                 "    const auto locked_session = weak_session.lock();\n"
                 "    if (!locked_session) return;\n"
                 "    locked_session->closed = true;\n"
                 "  };\n"),
      std::string::npos)
      << after;
  const Fix itself = Propose(kClosures, "the capture `self` of the closure at chat.cc:18",
                             "std::shared_ptr<net::Link>", 18);
  const std::string without = Patched("chat.cc", kClosures, itself.diff);
  EXPECT_TRUE(Compiles(without)) << without;
  EXPECT_NE(without.find("[this, weak_self = weak_from_this()]() {\n"
                         "      const auto self = weak_self.lock();\n"
                         "      if (!self) return;\n"
                         "      open_ = false;\n"),
            std::string::npos)
      << without;
}

TEST(WeakenCycle, AClosureThatReturnsAValueGetsASnippet) {
  const Fix fix = Propose(kClosures, "the capture `session` of the closure at chat.cc:12",
                          "std::shared_ptr<net::Session>", 12);
  EXPECT_EQ(fix.diff, "");
  EXPECT_NE(fix.why_no_diff.find("returns a value"), std::string::npos);
  EXPECT_NE(fix.snippet.find("weak_session"), std::string::npos);
}

}  // namespace
}  // namespace memprof
