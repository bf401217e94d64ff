// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/scan/collect/owned_types.h"
#include "tests/unit/scan/marked_rows.h"
#include "tests/unit/scan/scanned.h"

namespace memprof::scan {
namespace {

TEST(ReferenceCycle, ObjectsThatHoldEachOther) {
  ExpectRisksAtMarks(Pattern::kReferenceCycle,
                     {
                         {"two objects that are assigned to each other", R"(
struct B;
struct A { std::shared_ptr<B> b; };
struct B { std::shared_ptr<A> a; };  // RISK
void Link() { auto a = std::make_shared<A>(); auto b = std::make_shared<B>(); a->b = b; b->a = a; })"},
                         {"parent and children", R"(
struct Node : std::enable_shared_from_this<Node> {
  std::shared_ptr<Node> parent;  // RISK
  std::vector<std::shared_ptr<Node>> children;
  void Add(std::shared_ptr<Node> c);
};
void Node::Add(std::shared_ptr<Node> c) {
  c->parent = shared_from_this();
  children.push_back(std::move(c));
})"},
                         {"a list that is linked both ways", R"(
struct Item {
  std::shared_ptr<Item> next;
  std::shared_ptr<Item> prev;  // RISK
};
struct List {
  std::shared_ptr<Item> head, tail;
  void Push(std::shared_ptr<Item> n) {
    if (tail) { tail->next = n; n->prev = tail; } else { head = n; }
    tail = n;
  }
};)"},
                         {"a constructor stores the pointer to what stores the object", R"(
struct Kid;
struct Par { std::vector<std::shared_ptr<Kid>> kids; };
struct Kid {
  explicit Kid(std::shared_ptr<Par> p) : p_(std::move(p)) {}
  std::shared_ptr<Par> p_;  // RISK
};
void Grow(const std::shared_ptr<Par>& p) { p->kids.push_back(std::make_shared<Kid>(p)); })"},
                         {"setters", R"(
struct Peer {
  std::shared_ptr<Peer> peer_;  // RISK
  void SetPeer(std::shared_ptr<Peer> p) { peer_ = p; }
};
void Marry(std::shared_ptr<Peer> a, std::shared_ptr<Peer> b) { a->SetPeer(b); b->SetPeer(a); })"},
                         {"by a base class", R"(
struct Base;
struct Holder { std::shared_ptr<Base> base; };
struct Base { virtual ~Base() = default; };
struct Derived : Base { std::shared_ptr<Holder> holder; };  // RISK
void Make() {
  auto d = std::make_shared<Derived>();
  auto h = std::make_shared<Holder>();
  h->base = d;
  d->holder = h;
})"},
                         {"through a map, an optional and an alias", R"(
struct Room;
using Rooms = std::map<std::string, std::shared_ptr<Room>>;
struct House { Rooms rooms; };
struct Room { std::optional<std::shared_ptr<House>> house; };  // RISK
void Build(std::shared_ptr<House> h) {
  auto room = std::make_shared<Room>();
  room->house = h;
  h->rooms["hall"] = room;
})"},
                         {"one object that holds itself", R"(
struct Self : std::enable_shared_from_this<Self> {
  std::shared_ptr<Self> me;  // RISK
  void Start() { me = shared_from_this(); }
};)"},
                         {"a template", R"(
template <class T> struct Cell {
  T value;
  std::shared_ptr<Cell> after;
  std::shared_ptr<Cell> before;  // RISK
};
template <class T> void Join(std::shared_ptr<Cell<T>> a, std::shared_ptr<Cell<T>> b) {
  a->after = b;
  b->before = a;
})"},
                         {"an object hands itself on, and the other way is filled elsewhere", R"(
struct Server;
struct Conn {
  std::shared_ptr<Server> server;  // RISK
  void Attach(std::shared_ptr<Server> s) { server = s; }
};
struct Server : std::enable_shared_from_this<Server> {
  std::vector<std::shared_ptr<Conn>> conns;
  void Accept(std::shared_ptr<Conn> c) { c->Attach(shared_from_this()); }
  void Put(std::shared_ptr<Conn> c) { conns.push_back(c); }
};)"},
                         {"a reset in the destructor never runs", R"(
struct Right;
struct Left { std::shared_ptr<Right> right; ~Left() { right.reset(); } };
struct Right { std::shared_ptr<Left> left; };  // RISK
void Pair(std::shared_ptr<Left> l, std::shared_ptr<Right> r) { l->right = r; r->left = l; })"},
                     });
}

TEST(ReferenceCycle, CallablesThatHoldTheirOwner) {
  ExpectRisksAtMarks(Pattern::kReferenceCycle, {
                                                   {"in a member of a member", R"(
struct Timer { std::function<void()> tick; };
struct User : std::enable_shared_from_this<User> {
  Timer timer_;
  int n = 0;
  void Start() {
    timer_.tick = [self = shared_from_this()] { ++self->n; };  // RISK
  }
};)"},
                                                   {"by a function that stores it", R"(
struct Clock { std::function<void()> f; void On(std::function<void()> g) { f = std::move(g); } };
struct Owner : std::enable_shared_from_this<Owner> {
  std::unique_ptr<Clock> clock_;
  int n = 0;
  void Start() {
    auto self = shared_from_this();
    clock_->On([self] { ++self->n; });  // RISK
  }
};)"},
                                                   {"all that is used is captured", R"(
struct Button { std::function<void()> click; int n = 0; };
void Ui() {
  auto button = std::make_shared<Button>();
  button->click = [=] { ++button->n; };  // RISK
})"},
                                                   {"a lambda with a name, in a list", R"(
struct Menu { std::vector<std::function<void()>> on_open; int n = 0; };
void Open() {
  auto menu = std::make_shared<Menu>();
  const auto count = [menu] { ++menu->n; };  // RISK
  menu->on_open.emplace_back(count);
})"},
                                                   {"std::bind", R"(
struct Bound : std::enable_shared_from_this<Bound> {
  std::function<void()> f;
  void Go() {}
  void Start() {
    f = std::bind(&Bound::Go, shared_from_this());  // RISK
  }
};)"},
                                                   {"weak, by reference, or the bare pointer", R"(
struct Weak : std::enable_shared_from_this<Weak> {
  std::function<void()> f;
  int n = 0;
  void A() { f = [weak = weak_from_this()] { if (auto s = weak.lock()) ++s->n; }; }
  void B() { f = [this] { ++n; }; }
};
struct Shared { std::function<void()> f; };
void C(std::shared_ptr<Shared>& s) { s->f = [&s] { s->f = nullptr; }; })"},
                                                   {"what runs once is taken out", R"(
struct Once : std::enable_shared_from_this<Once> {
  std::function<void()> done_;
  void Start() { done_ = [self = shared_from_this()] {}; }
  void Finish() { auto done = std::move(done_); done(); }
};)"},
                                                   {"what somebody else keeps", R"(
void Post(std::function<void()> f);
struct Job : std::enable_shared_from_this<Job> {
  void Start() { Post([self = shared_from_this()] { self->Start(); }); }
};)"},
                                               });
}

TEST(ReferenceCycle, TypesThatCouldAreNoRisk) {
  ExpectRisksAtMarks(Pattern::kReferenceCycle, {
                                                   {"a tree", R"(
struct Tree {
  std::vector<std::shared_ptr<Tree>> kids;
  void Add(std::shared_ptr<Tree> t) { kids.push_back(t); }
};)"},
                                                   {"a list that is linked one way", R"(
struct Cons { std::shared_ptr<Cons> next; };
struct Pile {
  std::shared_ptr<Cons> head;
  void Push() { auto n = std::make_shared<Cons>(); n->next = head; head = n; }
  void Move() { auto n = std::make_shared<Cons>(); n->next = std::move(head); head = std::move(n); }
};)"},
                                                   {"a rotation", R"(
struct Rot { std::shared_ptr<Rot> left, right; };
std::shared_ptr<Rot> Rotate(std::shared_ptr<Rot> n) {
  auto r = n->right;
  n->right = r->left;
  r->left = n;
  return r;
})"},
                                                   {"a weak way back", R"(
struct Soft : std::enable_shared_from_this<Soft> {
  std::weak_ptr<Soft> parent;
  Soft* owner = nullptr;
  std::vector<std::shared_ptr<Soft>> children;
  void Add(std::shared_ptr<Soft> c) {
    c->parent = shared_from_this();
    c->owner = this;
    children.push_back(c);
  }
};)"},
                                                   {"scopes that know the scope outside", R"(
struct Scope {
  std::shared_ptr<Scope> parent;
  explicit Scope(std::shared_ptr<Scope> p) : parent(std::move(p)) {}
};
std::shared_ptr<Scope> Inner(std::shared_ptr<Scope> s) { return std::make_shared<Scope>(s); })"},
                                                   {"expressions", R"(
struct Expr { virtual ~Expr() = default; };
struct Sum : Expr {
  std::shared_ptr<Expr> left, right;
  Sum(std::shared_ptr<Expr> l, std::shared_ptr<Expr> r) : left(l), right(r) {}
};
std::shared_ptr<Expr> Add(std::shared_ptr<Expr> a, std::shared_ptr<Expr> b) {
  return std::make_shared<Sum>(std::make_shared<Sum>(a, b), b);
})"},
                                                   {"a copy is another object", R"(
struct Copy { std::shared_ptr<Copy> next; void Keep() { next = std::make_shared<Copy>(*this); } };)"},
                                                   {"one way or the other", R"(
struct Way { std::shared_ptr<Way> other; };
void Either(std::shared_ptr<Way> a, std::shared_ptr<Way> b, bool x) {
  if (x) { a->other = b; } else { b->other = a; }
})"},
                                                   {"a cycle that is undone", R"(
struct Shut;
struct Door { std::shared_ptr<Shut> shut; };
struct Shut { std::shared_ptr<Door> door; void Close() { door.reset(); } };
void Make(std::shared_ptr<Door> a, std::shared_ptr<Shut> b) { a->shut = b; b->door = a; })"},
                                               });
}

TEST(ReferenceCycle, IsToldAcrossFiles) {
  const std::string header = R"(
#pragma once
#include <memory>
struct Client;
struct Host { std::shared_ptr<Client> client; void Take(std::shared_ptr<Client> c); };
struct Client { std::shared_ptr<Host> host; };
)";
  const std::string take = "void Host::Take(std::shared_ptr<Client> c) { client = c; }\n";
  const std::string use =
      "void Use(std::shared_ptr<Host> h, std::shared_ptr<Client> c) { c->host = h; h->Take(c); }\n";
  const std::vector<StaticRisk> risks =
      RisksIn(std::vector<TestFile>{{"take.cc", header + take}, {"use.cc", header + use}});
  ASSERT_EQ(risks.size(), 1u) << Told(risks);
  EXPECT_EQ(risks[0].cycle, (std::vector<std::string>{"Client.host", "Host.client"}));
  EXPECT_EQ(risks[0].subject, "Host::client");
  const std::string close = "void Close(Host& h) { h.client = nullptr; }\n";
  EXPECT_EQ(Told(RisksIn(std::vector<TestFile>{
                {"take.cc", header + take}, {"use.cc", header + use}, {"x.cc", header + close}})),
            "");
}

TEST(OwnedTypes, WhatATypeKeepsAlive) {
  const auto told = [](const char* type) {
    std::string text;
    for (const OwnedClass& each : UseOfType(type, "/a.cc").owned) {
      text += (each.is_shared ? "shared " : "") + each.key + ";";
    }
    return text;
  };
  EXPECT_EQ(told("std::shared_ptr<a::B>"), "shared a::B;");
  EXPECT_EQ(told("boost::intrusive_ptr<a::B<int, a::C>>"), "shared a::B;");
  EXPECT_EQ(told("std::map<int, std::vector<std::shared_ptr<const a::B>>>"), "shared a::B;");
  EXPECT_EQ(told("std::unique_ptr<a::B>"), "a::B;");
  EXPECT_EQ(told("std::shared_ptr<(anonymous namespace)::B>[4]"), "shared B@/a.cc;");
  EXPECT_EQ(told("std::weak_ptr<a::B>"), "");
  EXPECT_EQ(told("std::shared_ptr<a::B> &"), "");
  EXPECT_EQ(told("a::B *const"), "");
  EXPECT_TRUE(UseOfType("std::vector<std::function<void (a::B)>>", "").has_callable);
}

}  // namespace
}  // namespace memprof::scan
