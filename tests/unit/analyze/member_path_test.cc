// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/member_path.h"

#include <gtest/gtest.h>

#include "tests/unit/analyze/fake_program_types.h"

namespace memprof {
namespace {

/// struct Session { int id; char* log; std::shared_ptr<Session> peer; };
struct Program {
  FakeProgramTypes types;
  TypeId character = types.Number("char", 1);
  TypeId number = types.Number("int", 4);
  TypeId text = types.Pointer(character);
  TypeId session = types.Class("chat::Session", 32);
  TypeId shared = types.SharedPtr(session);
  MemberPaths paths{types};

  Program() {
    types.SetMembers(session, {{"id", number, 0}, {"log", text, 8}, {"peer", shared, 16}});
  }
};

TEST(MemberPath, NamesTheMemberWithThePointer) {
  Program program;
  const MemberPlace& log = program.paths.At(program.session, 8);
  EXPECT_EQ(log.path, "log");
  EXPECT_EQ(log.owner, program.session);
  EXPECT_EQ(log.pointee, program.character);
  EXPECT_EQ(log.link, LinkKind::kRaw);
}

TEST(MemberPath, StopsAtClassesOfTheLibrary) {
  Program program;
  const MemberPlace& peer = program.paths.At(program.session, 16);
  EXPECT_EQ(peer.path, "peer");
  EXPECT_EQ(peer.type, program.shared);
  EXPECT_EQ(peer.pointee, program.session);
  EXPECT_EQ(peer.link, LinkKind::kShared);
  EXPECT_EQ(program.paths.At(program.session, 24).link, LinkKind::kShared) << "the counts";
}

TEST(MemberPath, LeadsThroughMembersAndBasesOfTheUsers) {
  Program program;
  const TypeId base = program.types.Class("Base", 40, {{"first", program.session, 8}});
  const TypeId app = program.types.Class(
      "App", 80, {{"", base, 0, true}, {"second", program.session, 40}, {"n", program.number, 72}});
  EXPECT_EQ(program.paths.At(app, 16).path, "first.log");
  EXPECT_EQ(program.paths.At(app, 56).path, "second.peer");
}

TEST(MemberPath, SaysNothingOfIndices) {
  Program program;
  const TypeId app =
      program.types.Class("App", 128, {{"slots", program.types.Array(program.session, 4), 0}});
  EXPECT_EQ(program.paths.At(app, 8 + 3 * 32).path, "slots.log");
  EXPECT_EQ(program.paths.At(program.types.Array(app, 10), 128 * 7 + 8).path, "slots.log");
  EXPECT_EQ(program.paths.At(program.session, 5 * 32 + 8).path, "log") << "a block of elements";
}

TEST(MemberPath, OfAUnionIsTheOneWithAPointer) {
  Program program;
  const TypeId bytes = program.types.Array(program.character, 16);
  const TypeId either =
      program.types.Class("Either", 16, {{"raw", bytes, 0}, {"text", program.text, 0}});
  EXPECT_EQ(program.paths.At(either, 0).path, "text");
  EXPECT_EQ(program.paths.At(either, 8).path, "raw") << "no pointer known there";
}

TEST(MemberPath, LooksIntoTheValuesOfNodes) {
  Program program;
  const TypeId tree = program.types.TreeNode(program.types.Pair(program.text, program.session));
  EXPECT_EQ(program.paths.At(tree, 32).path, "first");
  EXPECT_EQ(program.paths.At(tree, 40 + 8).path, "log");
  EXPECT_EQ(program.paths.At(tree, 24).path, "") << "the tree's own pointers";
  EXPECT_EQ(program.paths.At(tree, 24).link, LinkKind::kNode);
  const TypeId list = program.types.ListNode(program.text);
  EXPECT_EQ(program.paths.At(list, 16).link, LinkKind::kRaw) << "a value is no link";
  EXPECT_EQ(program.paths.At(program.types.SharedObject(program.session), 16 + 16).path, "peer");
}

TEST(MemberPath, KeepsThePartOfAPairWhoseMappedValueHasNoMembersOfTheUsers) {
  Program program;
  const TypeId vector = program.types.Vector(program.number);
  const TypeId node = program.types.TreeNode(program.types.Pair(program.text, vector));
  const MemberPlace& place = program.paths.At(node, 40);
  EXPECT_EQ(place.path, "second");
  EXPECT_EQ(place.type, vector);
  EXPECT_TRUE(place.in_vector);
}

TEST(MemberPath, OfAClosureIsTheCapture) {
  Program program;
  const TypeId closure = program.types.Class("chat::Open()::lambda at chat.cc:31", 16,
                                             {{"__self", program.shared, 0}});
  EXPECT_EQ(program.paths.At(closure, 0).path, "self");
}

TEST(MemberPath, TellsWhoOwns) {
  Program program;
  FakeProgramTypes& types = program.types;
  const TypeId intrusive =
      types.Class("Ref<chat::Session>", 8, {{"p", types.Pointer(program.session), 0}});
  const TypeId holder = types.Class("Holder", 72,
                                    {{"raw", types.Pointer(program.session), 0},
                                     {"weak", types.WeakPtr(program.session), 8},
                                     {"unique", types.UniquePtr(program.session), 24},
                                     {"ref", intrusive, 32},
                                     {"call", types.Function(), 40}});
  EXPECT_EQ(program.paths.At(holder, 0).link, LinkKind::kRaw);
  EXPECT_EQ(program.paths.At(holder, 8).link, LinkKind::kWeak);
  EXPECT_EQ(program.paths.At(holder, 16).link, LinkKind::kWeak);
  EXPECT_EQ(program.paths.At(holder, 24).link, LinkKind::kOwning);
  EXPECT_EQ(program.paths.At(holder, 32).link, LinkKind::kShared);
  EXPECT_EQ(program.paths.At(holder, 40).link, LinkKind::kOwning);
}

TEST(MemberPath, OfATypeKnownByNameAloneIsEmpty) {
  Program program;
  const TypeId opaque = program.types.Class("Opaque", 0);
  const MemberPlace& place = program.paths.At(opaque, 8);
  EXPECT_EQ(place.path, "");
  EXPECT_EQ(place.link, LinkKind::kUnknown);
}

}  // namespace
}  // namespace memprof
