// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/ownership_cycle.h"

#include <gtest/gtest.h>

#include "tests/unit/analyze/heap_drawing.h"

namespace memprof {
namespace {

constexpr std::uint64_t kVariable = 0x480000;

/// `struct Session { std::shared_ptr<Connection> connection; std::function<void()> on_close; }`,
/// `struct Connection { std::shared_ptr<Session> session; }`, both made by make_shared.
struct Chat : AllocatingProgram {
  TypeId session = types().Class("chat::Session", 48);
  TypeId connection = types().Class("chat::Connection", 16);
  TypeId to_session = types().SharedPtr(session);
  TypeId to_connection = types().SharedPtr(connection);
  TypeId closure =
      types().Class("chat::Open()::lambda at chat.cc:31", 16, {{"__self", to_session, 0}});
  std::uint32_t sessions = 0;
  std::uint32_t connections = 0;
  std::uint32_t closures = 0;

  Chat() {
    types().SetMembers(session,
                       {{"connection", to_connection, 0}, {"on_close", types().Function(), 16}});
    types().SetMembers(connection, {{"session", to_session, 0, false, 17}});
    sessions = Call(types().SharedObject(session));
    connections = Call(types().SharedObject(connection));
    closures = Call(closure);
  }

  /// A shared_ptr at `offset` of a block, to an object that make_shared made.
  static void Share(HeapDrawing& heap, std::uint32_t from, std::uint32_t offset, std::uint32_t to) {
    heap.Point(from, offset, to, 16);
    heap.Point(from, offset + 8, to);
  }
};

//   Session ⇄ Connection
TEST(OwnershipCycle, OfTwoProposesTheMemberThatPointsBack) {
  Chat program;
  HeapDrawing heap;
  for (int i = 0; i < 3; ++i) {
    const auto session = heap.Block(program.sessions, 64);
    const auto connection = heap.Block(program.connections, 32);
    Chat::Share(heap, session, 16, connection);
    Chat::Share(heap, connection, 16, session);
  }
  const auto retention = program.Retention(heap);
  ASSERT_TRUE(retention[program.sessions].cycle);
  const OwnershipCycle& cycle = *retention[program.sessions].cycle;
  EXPECT_EQ(Drawn(cycle), "chat::Session.connection → chat::Connection.session → ");
  EXPECT_EQ(cycle.weaken, "chat::Connection::session");
  EXPECT_EQ(cycle.weaken_type, "std::shared_ptr<chat::Session>");
  EXPECT_EQ(cycle.file, "/src/types.h");
  EXPECT_EQ(cycle.line, 17);
  EXPECT_FALSE(cycle.is_closure);
  EXPECT_EQ(cycle.count, 3);
  EXPECT_EQ(cycle.bytes, 3 * 96);
  EXPECT_EQ(retention[program.connections].cycle, cycle);
  EXPECT_EQ(retention[program.sessions].lost_blocks, 3);
  EXPECT_EQ(retention[program.sessions].outside_circles, 0);
}

//   A → B → C → A, each with a control block of its own beside it
TEST(OwnershipCycle, OfThreeLeavesOutControlBlocks) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  std::vector<TypeId> type;
  for (const char* name : {"A", "B", "C"}) type.push_back(types.Class(name, 16));
  for (std::size_t i = 0; i < 3; ++i) {
    types.SetMembers(type[i], {{"next", types.SharedPtr(type[(i + 1) % 3]), 0}});
  }
  HeapDrawing heap;
  std::vector<std::uint32_t> object;
  std::vector<std::uint32_t> control;
  for (const TypeId each : type) {
    object.push_back(heap.Block(program.Call(each), 16));
    control.push_back(heap.Block(program.Call(types.ControlBlock(each)), 24));
    heap.Point(control.back(), 16, object.back());
  }
  for (std::size_t i = 0; i < 3; ++i) {
    heap.Point(object[i], 0, object[(i + 1) % 3]);
    heap.Point(object[i], 8, control[(i + 1) % 3]);
  }
  const auto retention = program.Retention(heap);
  for (const SiteRetention& site : retention) {
    ASSERT_TRUE(site.cycle);
    EXPECT_EQ(Drawn(*site.cycle), "A.next → B.next → C.next → ");
    EXPECT_EQ(site.cycle->weaken, "C::next");
    EXPECT_EQ(site.cycle->count, 1);
    EXPECT_EQ(site.cycle->bytes, 3 * 40);
  }
}

//   Session ⟲
TEST(OwnershipCycle, OfOneIsAnObjectThatSharesItself) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId node = types.Class("Node", 16);
  types.SetMembers(node, {{"self", types.SharedPtr(node), 0}});
  const auto calls = program.Call(types.SharedObject(node));
  HeapDrawing heap;
  Chat::Share(heap, heap.Block(calls, 32), 16, 0);
  const SiteRetention retention = program.Retention(heap)[calls];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle), "Node.self → ");
  EXPECT_EQ(retention.cycle->weaken, "Node::self");
  EXPECT_EQ(retention.lost_blocks, 1);
  EXPECT_EQ(retention.indirect_blocks, 0);
}

//   Session ⟲ weakly: std::enable_shared_from_this
TEST(OwnershipCycle, IsNotAWeakPointerToItself) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId node = types.Class("Node", 16);
  types.SetMembers(node, {{"weak_this", types.WeakPtr(node), 0}});
  const auto calls = program.Call(types.SharedObject(node));
  HeapDrawing heap;
  Chat::Share(heap, heap.Block(calls, 32), 16, 0);
  const SiteRetention retention = program.Retention(heap)[calls];
  EXPECT_EQ(retention.lost_blocks, 1);
  EXPECT_FALSE(retention.cycle);
}

//   Session → closure → Session
TEST(OwnershipCycle, ThroughAClosureProposesItsCapture) {
  Chat program;
  HeapDrawing heap;
  const auto session = heap.Block(program.sessions, 64);
  const auto closure = heap.Block(program.closures, 16);
  heap.Point(session, 32, closure);
  Chat::Share(heap, closure, 0, session);
  const SiteRetention retention = program.Retention(heap)[program.closures];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle), "chat::Session.on_close → closure at chat.cc:31.self → ");
  EXPECT_EQ(retention.cycle->weaken, "the capture `self` of the closure at chat.cc:31");
  EXPECT_EQ(retention.cycle->weaken_type, "std::shared_ptr<chat::Session>");
  EXPECT_TRUE(retention.cycle->is_closure);
}

//   Connection → Session → closure → Connection: the closure comes last, whoever was made first
TEST(OwnershipCycle, EndsWithTheClosure) {
  Chat program;
  program.types().SetMembers(program.closure, {{"__to", program.to_connection, 0}});
  HeapDrawing heap;
  const auto session = heap.Block(program.sessions, 64);
  const auto closure = heap.Block(program.closures, 16);
  const auto connection = heap.Block(program.connections, 32);
  heap.Point(session, 32, closure);
  Chat::Share(heap, closure, 0, connection);
  Chat::Share(heap, connection, 16, session);
  const SiteRetention retention = program.Retention(heap)[program.sessions];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle),
            "chat::Connection.session → chat::Session.on_close → closure at chat.cc:31.to → ");
}

//   parent → buffer ⇒ children → parent; the child was made first
TEST(OwnershipCycle, WeakensASharedPointerRatherThanAContainer) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId parent = types.Class("Parent", 24);
  const TypeId child = types.Class("Child", 16, {{"parent", types.SharedPtr(parent), 0}});
  const TypeId to_child = types.SharedPtr(child);
  types.SetMembers(parent, {{"children", types.Vector(to_child), 0}});
  const auto children = program.Call(types.SharedObject(child));
  const auto parents = program.Call(types.SharedObject(parent));
  const auto buffers = program.Call(to_child, true);
  HeapDrawing heap;
  const auto owner = heap.Block(parents, 40);
  const auto buffer = heap.Block(buffers, 32);
  heap.Point(owner, 16, buffer);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto each = heap.Block(children, 32);
    Chat::Share(heap, buffer, 16 * i, each);
    Chat::Share(heap, each, 16, owner);
  }
  const SiteRetention retention = program.Retention(heap)[buffers];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle), "Parent.children → Child.parent → ");
  EXPECT_EQ(retention.cycle->weaken, "Child::parent");
  EXPECT_EQ(retention.cycle->count, 1);
}

//   variable → Session ⇄ Connection
TEST(OwnershipCycle, IsNotToldOfWhatSomebodyHolds) {
  Chat program;
  program.types().Global(kVariable, "current");
  HeapDrawing heap;
  const auto session = heap.Block(program.sessions, 64);
  const auto connection = heap.Block(program.connections, 32);
  Chat::Share(heap, session, 16, connection);
  Chat::Share(heap, connection, 16, session);
  heap.Data(kVariable, session);
  const SiteRetention retention = program.Retention(heap)[program.sessions];
  EXPECT_FALSE(retention.cycle);
  EXPECT_EQ(retention.lost_blocks, 0);
}

//   lost owner → Session ⇄ Connection
TEST(OwnershipCycle, IsNotToldWhereAnotherLostBlockOwnsIt) {
  Chat program;
  const TypeId app = program.types().Class("App", 16, {{"main", program.to_session, 0}});
  const auto apps = program.Call(app);
  HeapDrawing heap;
  const auto session = heap.Block(program.sessions, 64);
  const auto connection = heap.Block(program.connections, 32);
  Chat::Share(heap, session, 16, connection);
  Chat::Share(heap, connection, 16, session);
  Chat::Share(heap, heap.Block(apps, 16), 0, session);
  const auto retention = program.Retention(heap);
  EXPECT_FALSE(retention[program.sessions].cycle);
  EXPECT_EQ(retention[program.sessions].lost_blocks, 1);
}

//   Session ⇄ Connection ← observer, by a plain pointer
TEST(OwnershipCycle, IsToldWhereALostBlockOnlyRefersToIt) {
  Chat program;
  const TypeId observer = program.types().Class(
      "Observer", 16, {{"session", program.types().Pointer(program.session), 0}});
  const auto observers = program.Call(observer);
  HeapDrawing heap;
  const auto session = heap.Block(program.sessions, 64);
  const auto connection = heap.Block(program.connections, 32);
  Chat::Share(heap, session, 16, connection);
  Chat::Share(heap, connection, 16, session);
  heap.Point(heap.Block(observers, 16), 0, session, 16);
  const auto retention = program.Retention(heap);
  ASSERT_TRUE(retention[program.sessions].cycle);
  EXPECT_EQ(retention[program.sessions].cycle->bytes, 0) << "the observer may use them";
  EXPECT_FALSE(retention[observers].cycle);
}

//   owner → child → owner, where the child has a plain pointer
TEST(OwnershipCycle, IsNoPlainPointerBackToTheOwner) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId parent = types.Class("Parent", 24);
  const TypeId child = types.Class(
      "Child", 16, {{"parent", types.Pointer(parent), 0}, {"n", types.Number("long", 8), 8}});
  types.SetMembers(parent, {{"child", types.SharedPtr(child), 0}});
  const auto parents = program.Call(parent);
  const auto children = program.Call(types.SharedObject(child));
  HeapDrawing heap;
  const auto owner = heap.Block(parents, 24);
  const auto object = heap.Block(children, 32);
  Chat::Share(heap, owner, 0, object);
  heap.Point(object, 16, owner);
  const auto retention = program.Retention(heap);
  EXPECT_EQ(retention[parents].lost_blocks, 1);
  EXPECT_EQ(retention[parents].outside_circles, 1);
  EXPECT_FALSE(retention[parents].cycle);
}

//   owner (with a std::list in it) ⇄ node ⇄ node
TEST(OwnershipCycle, IsNoListThatPointsBackToItsHead) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId number = types.Number("long", 8);
  const TypeId queue = types.Class("Queue", 24, {{"jobs", types.List(number), 0}});
  const auto queues = program.Call(types.SharedObject(queue));
  const auto nodes = program.Call(types.ListNode(number));
  HeapDrawing heap;
  const auto owner = heap.Block(queues, 40);
  const auto first = heap.Block(nodes, 24);
  const auto second = heap.Block(nodes, 24);
  heap.Point(owner, 16, first);
  heap.Point(owner, 24, second);
  heap.Point(first, 0, second);
  heap.Point(first, 8, owner, 16);
  heap.Point(second, 0, owner, 16);
  heap.Point(second, 8, first);
  const auto retention = program.Retention(heap);
  EXPECT_EQ(retention[nodes].lost_blocks, 2);
  EXPECT_FALSE(retention[nodes].cycle);
  EXPECT_FALSE(retention[queues].cycle);
}

//   Session ⇄ Connection → buffer       Node ⟲
TEST(OwnershipCycle, IsToldToTheSitesThatHangFromIt) {
  Chat program;
  FakeProgramTypes& types = program.types();
  const TypeId node = types.Class("Node", 16);
  types.SetMembers(node, {{"self", types.SharedPtr(node), 0}});
  const auto nodes = program.Call(types.SharedObject(node));
  const auto buffers = program.Call(types.Number("char", 1), true);
  const auto loose = program.Call(types.Number("char", 1), true);
  HeapDrawing heap;
  const auto session = heap.Block(program.sessions, 64);
  const auto connection = heap.Block(program.connections, 32);
  Chat::Share(heap, session, 16, connection);
  Chat::Share(heap, connection, 16, session);
  heap.Point(session, 40, heap.Block(buffers, 1000));
  const auto self = heap.Block(nodes, 32);
  Chat::Share(heap, self, 16, self);
  heap.Block(loose, 5);
  const auto retention = program.Retention(heap);
  ASSERT_TRUE(retention[buffers].cycle);
  EXPECT_EQ(retention[buffers].cycle->steps.size(), 2u);
  EXPECT_EQ(retention[buffers].cycle->bytes, 1096);
  ASSERT_TRUE(retention[nodes].cycle);
  EXPECT_EQ(Drawn(*retention[nodes].cycle), "Node.self → ");
  EXPECT_EQ(retention[nodes].cycle->bytes, 32);
  EXPECT_FALSE(retention[loose].cycle);
}

//   control block ⇄ object of a type known by name alone, which may have a weak_ptr to itself
TEST(OwnershipCycle, IsNotGuessedFromOneObjectWithoutLayout) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId opaque = types.Class("Opaque", 0);
  const auto objects = program.Call(opaque);
  const auto controls = program.Call(types.ControlBlock(opaque));
  HeapDrawing heap;
  const auto object = heap.Block(objects, 32);
  const auto control = heap.Block(controls, 24);
  heap.Point(object, 8, control);
  heap.Point(control, 16, object);
  EXPECT_FALSE(program.Retention(heap)[objects].cycle);
  const auto other = heap.Block(objects, 32);
  const auto other_control = heap.Block(controls, 24);
  heap.Point(other_control, 16, other);
  heap.Point(object, 16, other_control);
  heap.Point(other, 8, control);
  const SiteRetention retention = program.Retention(heap)[objects];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle), "Opaque → ");
  EXPECT_EQ(retention.cycle->weaken, "");
}

//   memory from a.cc:1 → control block → memory from b.cc:2 → control block
TEST(OwnershipCycle, OfUnknownTypesTellsWhereTheyAreMade) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const auto first = program.Call(kNoType, false, "a.cc:1");
  const auto second = program.Call(kNoType, false, "b.cc:2");
  const auto controls = program.Call(types.ControlBlock(types.Class("Opaque", 0)));
  HeapDrawing heap;
  const auto a = heap.Block(first, 100);
  const auto b = heap.Block(second, 200);
  const auto control = heap.Block(controls, 24);
  heap.Point(a, 0, control);
  heap.Point(control, 16, b);
  heap.Point(b, 0, a);
  const SiteRetention retention = program.Retention(heap)[first];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle), "memory from a.cc:1 → memory from b.cc:2 → ");
}

//   n → n → n → … → n, a ring of 100,000
TEST(OwnershipCycle, OfALongRingIsOneStep) {
  AllocatingProgram program;
  FakeProgramTypes& types = program.types();
  const TypeId node = types.Class("Node", 16);
  types.SetMembers(node, {{"next", types.SharedPtr(node), 0}});
  const auto calls = program.Call(types.SharedObject(node));
  HeapDrawing heap;
  constexpr std::uint32_t kNodes = 100'000;
  for (std::uint32_t i = 0; i < kNodes; ++i) heap.Block(calls, 32);
  for (std::uint32_t i = 0; i < kNodes; ++i) Chat::Share(heap, i, 16, (i + 1) % kNodes);
  const SiteRetention retention = program.Retention(heap)[calls];
  ASSERT_TRUE(retention.cycle);
  EXPECT_EQ(Drawn(*retention.cycle), "Node.next → ");
  EXPECT_EQ(retention.cycle->bytes, 3'200'000);
}

}  // namespace
}  // namespace memprof
