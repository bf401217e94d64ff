// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/analyze/heap_drawing.h"

namespace memprof {
namespace {

constexpr std::uint64_t kVariable = 0x480000;
constexpr std::uint64_t kOther = 0x490000;

/// `struct Session { char* log; std::unique_ptr<Cache> cache; }` and what it is made of.
struct Chat : AllocatingProgram {
  TypeId character = types().Number("char", 1);
  TypeId number = types().Number("int", 4);
  TypeId cache = types().Class("Cache", 24, {{"entries", types().Vector(number), 0}});
  TypeId session = types().Class(
      "chat::Session", 16,
      {{"log", types().Pointer(character), 0}, {"cache", types().UniquePtr(cache), 8}});
};

//                  ┌→ node → log
//   sessions → node
//                  └→ node
TEST(RetentionPath, OfAMapIsOneStepForItsNodes) {
  Chat program;
  const TypeId value = program.types().Pair(program.number, program.session);
  program.types().Global(kVariable, "app::sessions",
                         program.types().Map(program.number, program.session));
  const auto nodes = program.Call(program.types().TreeNode(value));
  const auto logs = program.Call(program.character, true);
  HeapDrawing heap;
  const auto top = heap.Block(nodes, 52);
  const auto left = heap.Block(nodes, 52);
  const auto right = heap.Block(nodes, 52);
  const auto log = heap.Block(logs, 100);
  heap.Data(kVariable + 16, top);
  heap.Point(top, 16, left);
  heap.Point(top, 24, right);
  heap.Point(left, 8, top);
  heap.Point(left, 36, log);

  const auto retention = program.Retention(heap);
  ASSERT_EQ(retention[nodes].paths.size(), 1u);
  const RetentionPath& path = retention[nodes].paths[0];
  EXPECT_EQ(Drawn(path),
            "app::sessions → std::_Rb_tree_node<std::pair<int const, chat::Session>> ×3");
  EXPECT_EQ(path.blocks, 3);
  EXPECT_EQ(path.bytes, 156);
  EXPECT_EQ(path.holder.type, "std::map<int, chat::Session>");
  EXPECT_EQ(path.holder.kind, Holder::Kind::kGlobal);
  EXPECT_EQ(path.holder.file, "/src/app.cc");
  EXPECT_EQ(path.holder.line, 1);
  EXPECT_EQ(path.holder.module, "/build/app_test");
  EXPECT_FALSE(path.holder.is_foreign);
  EXPECT_EQ(path.holder.retained_bytes, (std::vector<std::int64_t>{256}));
  EXPECT_EQ(
      Drawn(retention[logs].paths.at(0)),
      "app::sessions → std::_Rb_tree_node<std::pair<int const, chat::Session>> ×2 → log: char[]");
  EXPECT_EQ(retention[nodes].lost_blocks, 0);
  EXPECT_FALSE(retention[nodes].cycle);
}

//   g_app.cache (unique_ptr) → Cache → entries: int[]
TEST(RetentionPath, NamesEachMember) {
  Chat program;
  program.types().Global(kVariable, "g_app", program.session);
  const auto caches = program.Call(program.cache);
  const auto buffers = program.Call(program.number, true);
  HeapDrawing heap;
  const auto cache = heap.Block(caches, 24);
  const auto buffer = heap.Block(buffers, 400);
  heap.Data(kVariable + 8, cache);
  heap.Point(cache, 0, buffer);

  const RetentionPath path = program.Retention(heap)[buffers].paths.at(0);
  EXPECT_EQ(Drawn(path), "g_app.cache → Cache → entries: int[]");
  EXPECT_EQ(path.holder.type, "std::unique_ptr<Cache>");
}

//   sessions (vector<shared_ptr>) → shared_ptr[] ⇒ 3 × control block with Session → log
TEST(RetentionPath, ShowsSharedObjectsByTheirOwnType) {
  Chat program;
  const TypeId pointer = program.types().SharedPtr(program.session);
  program.types().Global(kVariable, "sessions", program.types().Vector(pointer));
  const auto buffers = program.Call(pointer, true);
  const auto objects = program.Call(program.types().SharedObject(program.session));
  const auto logs = program.Call(program.character, true);
  HeapDrawing heap;
  const auto buffer = heap.Block(buffers, 48);
  heap.Data(kVariable, buffer);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto object = heap.Block(objects, 32);
    heap.Point(buffer, 16 * i, object, 16);
    heap.Point(buffer, 16 * i + 8, object);
    heap.Point(object, 16, heap.Block(logs, 10));
  }
  EXPECT_EQ(Drawn(program.Retention(heap)[logs].paths.at(0)),
            "sessions → std::shared_ptr<chat::Session>[] → chat::Session ×3 → log: char[] ×3");
}

TEST(RetentionPath, OfALongListIsOneStep) {
  Chat program;
  program.types().Global(kVariable, "queue", program.types().List(program.number));
  const auto nodes = program.Call(program.types().ListNode(program.number));
  HeapDrawing heap;
  constexpr std::uint32_t kNodes = 100'000;
  for (std::uint32_t i = 0; i < kNodes; ++i) heap.Block(nodes, 20);
  heap.Data(kVariable, 0);
  for (std::uint32_t i = 0; i + 1 < kNodes; ++i) {
    heap.Point(i, 0, i + 1);
    heap.Point(i + 1, 8, i);
  }
  const auto retention = program.Retention(heap);
  ASSERT_EQ(retention[nodes].paths.size(), 1u);
  EXPECT_EQ(Drawn(retention[nodes].paths[0]), "queue → std::_List_node<int> ×100000");
  EXPECT_EQ(retention[nodes].paths[0].holder.retained_bytes.at(0), 2'000'000);
}

//   tree.root → Dir → files: File → owner: Dir → files: File      (Dir and File take turns)
TEST(RetentionPath, FoldsWhatComesAgain) {
  Chat program;
  FakeProgramTypes& types = program.types();
  const TypeId dir = types.Class("Dir", 8);
  const TypeId file = types.Class("File", 8, {{"sub", types.Pointer(dir), 0}});
  types.SetMembers(dir, {{"files", types.Pointer(file), 0}});
  types.Global(kVariable, "root", types.Pointer(dir));
  const auto dirs = program.Call(dir);
  const auto files = program.Call(file);
  HeapDrawing heap;
  std::uint32_t last = heap.Block(dirs, 8);
  heap.Data(kVariable, last);
  for (int i = 0; i < 9; ++i) {
    const auto next = heap.Block(i % 2 == 0 ? files : dirs, 8);
    heap.Point(last, 0, next);
    last = next;
  }
  const auto retention = program.Retention(heap);
  ASSERT_EQ(retention[files].paths.size(), 1u);
  EXPECT_EQ(Drawn(retention[files].paths[0]), "root → Dir ×5 → files: File ×5");
  EXPECT_EQ(Drawn(retention[dirs].paths.at(0)), "root → Dir ×5");
}

//   table → buckets ⇒ node, node;  node → node
TEST(RetentionPath, OfAHashTableDoesNotLeadThroughItsBuckets) {
  Chat program;
  FakeProgramTypes& types = program.types();
  const TypeId base = types.Class("std::__detail::_Hash_node_base", 8);
  types.SetMembers(base, {{"_M_nxt", types.Pointer(base), 0}});
  const TypeId bucket = types.Pointer(base);
  const TypeId node =
      types.Class("std::__detail::_Hash_node<int, false>", 16,
                  {{"", base, 0, true}, {"_M_storage", types.Buffer(program.number), 8}});
  const TypeId table =
      types.Class("std::unordered_map<int, int>", 56,
                  {{"_M_buckets", types.Pointer(bucket), 0}, {"_M_before_begin", base, 16}});
  types.Global(kVariable, "table", table);
  const auto buckets = program.Call(bucket, true);
  const auto nodes = program.Call(node);
  HeapDrawing heap;
  const auto array = heap.Block(buckets, 64);
  const auto first = heap.Block(nodes, 16);
  const auto second = heap.Block(nodes, 16);
  const auto third = heap.Block(nodes, 16);
  heap.Data(kVariable, array);
  heap.Data(kVariable + 16, first);
  heap.Point(first, 0, second);
  heap.Point(second, 0, third);
  heap.Point(array, 0, second);
  heap.Point(array, 8, third);

  const auto retention = program.Retention(heap);
  ASSERT_EQ(retention[nodes].paths.size(), 1u);
  EXPECT_EQ(Drawn(retention[nodes].paths[0]), "table → std::__detail::_Hash_node<int> ×3");
  EXPECT_EQ(Drawn(retention[buckets].paths.at(0)), "table → std::__detail::_Hash_node_base*[]");
}

//   jobs → map of the deque ⇒ buffer, buffer;  jobs → buffer
TEST(RetentionPath, OfADequeDoesNotLeadThroughItsMap) {
  Chat program;
  FakeProgramTypes& types = program.types();
  const TypeId element = types.Pointer(program.number);
  types.Global(kVariable, "jobs",
               types.Class("std::deque<int>", 80,
                           {{"_M_map", types.Pointer(element), 0}, {"_M_cur", element, 16}}));
  const auto maps = program.Call(element, true);
  const auto buffers = program.Call(program.number, true);
  HeapDrawing heap;
  const auto map = heap.Block(maps, 64);
  const auto first = heap.Block(buffers, 512);
  const auto second = heap.Block(buffers, 512);
  heap.Data(kVariable, map);
  heap.Data(kVariable + 16, first);
  heap.Point(map, 24, first);
  heap.Point(map, 32, second);
  const auto retention = program.Retention(heap);
  ASSERT_EQ(retention[buffers].paths.size(), 1u);
  EXPECT_EQ(Drawn(retention[buffers].paths[0]), "jobs → int[] ×2");
}

TEST(RetentionPath, TellsThePlaceWhereNoTypeIsKnown) {
  Chat program;
  program.types().Global(kVariable, "stored");
  const auto first = program.Call(kNoType, false, "store.cc:7");
  const auto second = program.Call(program.session, false, "store.cc:9");
  HeapDrawing heap;
  const auto outer = heap.Block(first, 64);
  heap.Data(kVariable, outer);
  heap.Point(outer, 8, heap.Block(second, 40));  // a Session has 16 bytes
  EXPECT_EQ(Drawn(program.Retention(heap)[second].paths.at(0)),
            "stored → memory from store.cc:7 → memory from store.cc:9");
}

TEST(RetentionPath, TakesTheTypeFromWhatPointsThere) {
  Chat program;
  FakeProgramTypes& types = program.types();
  types.Global(kVariable, "first", types.Pointer(program.session));
  types.Global(kOther, "base", types.Pointer(program.session));
  const auto unknown = program.Call(kNoType);
  const auto larger = program.Call(kNoType);
  HeapDrawing heap;
  const auto session = heap.Block(unknown, 16);
  heap.Data(kVariable, session);
  heap.Data(kOther, heap.Block(larger, 48));
  heap.Point(session, 0, heap.Block(unknown, 7));
  const auto retention = program.Retention(heap);
  EXPECT_EQ(Drawn(retention[unknown].paths.at(0)), "first → chat::Session");
  EXPECT_EQ(Drawn(retention[unknown].paths.at(1)), "first → chat::Session → log: char[]");
  EXPECT_EQ(Drawn(retention[larger].paths.at(0)), "base → memory from app.cc:1")
      << "more bytes than a Session has may be any class derived from it";
}

TEST(RetentionPath, PrefersTheVirtualTable) {
  Chat program;
  FakeProgramTypes& types = program.types();
  const TypeId circle = types.Class("Circle", 24);
  types.VirtualTable(0x450010, circle);
  types.Global(kVariable, "shape");
  const auto calls = program.Call(kNoType);
  HeapDrawing heap;
  const auto block = heap.Block(calls, 24);
  heap.Data(kVariable, block);
  heap.VirtualTable(block, 0x450010);
  EXPECT_EQ(Drawn(program.Retention(heap)[calls].paths.at(0)), "shape → Circle");
}

//   first → A ← second      the variable with the shortest way is told, and neither retains A
TEST(RetentionPath, OfABlockWithTwoHoldersIsOneOfThem) {
  Chat program;
  program.types().Global(kVariable, "first");
  program.types().Global(kOther, "second");
  const auto calls = program.Call(program.session);
  HeapDrawing heap;
  const auto block = heap.Block(calls, 16);
  heap.Data(kVariable, block);
  heap.Data(kOther, block);
  const auto retention = program.Retention(heap);
  ASSERT_EQ(retention[calls].paths.size(), 1u);
  EXPECT_EQ(Drawn(retention[calls].paths[0]), "first → chat::Session");
  EXPECT_EQ(retention[calls].paths[0].holder.retained_bytes, (std::vector<std::int64_t>{0}));
}

TEST(RetentionPath, ListsTheThreeWithMostBytes) {
  Chat program;
  const auto calls = program.Call(program.character, true);
  HeapDrawing heap;
  for (std::uint32_t i = 0; i < 5; ++i) {
    program.types().Global(kVariable + 16 * i, "v" + std::to_string(i));
    heap.Data(kVariable + 16 * i, heap.Block(calls, 100 + i));
  }
  const SiteRetention retention = program.Retention(heap)[calls];
  ASSERT_EQ(retention.paths.size(), 3u);
  EXPECT_EQ(retention.paths[0].holder.symbol, "v4");
  EXPECT_EQ(retention.paths[2].holder.symbol, "v2");
  EXPECT_EQ(retention.other_paths, 2);
  EXPECT_EQ(retention.bytes, 510);
}

}  // namespace
}  // namespace memprof
