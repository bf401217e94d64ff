// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/analyze/heap_drawing.h"

namespace memprof {
namespace {

constexpr std::uint64_t kVariable = 0x480000;
constexpr std::uint64_t kOther = 0x490000;
constexpr std::uint64_t kStack = 0x7ff000001000;

/// One block of a type, for different words to hold.
struct OneBlock : AllocatingProgram {
  TypeId item = types().Class("Item", 16);
  std::uint32_t calls = Call(item);
  HeapDrawing heap;
  std::uint32_t block = heap.Block(calls, 16);

  SiteRetention Site() { return Retention(heap)[calls]; }
  Holder OnlyHolder() {
    const SiteRetention site = Site();
    return site.paths.size() == 1 ? site.paths[0].holder : Holder{};
  }
};

//   stack → A ← variable
TEST(RetentionHolder, IsTheVariableWhereAStackSlotPointsThereToo) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  program.heap.Root(record::kRootStack, kStack - 64, program.block);
  program.heap.Root(record::kRootRegister, 3, program.block);
  program.heap.Root(record::kRootMapping, 0x700000, program.block);
  program.types().Global(kVariable, "global");
  program.heap.Data(kVariable, program.block);
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.symbol, "global");
  EXPECT_EQ(holder.kind, Holder::Kind::kGlobal);
  EXPECT_EQ(program.Site().stack_only_blocks, 0);
}

TEST(RetentionHolder, RetainsWhatAStaleStackSlotPointsToAsWell) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  program.heap.Root(record::kRootStack, kStack - 64, program.block);
  program.types().Global(kVariable, "global");
  program.heap.Data(kVariable, program.block);
  EXPECT_EQ(program.OnlyHolder().retained_bytes, (std::vector<std::int64_t>{16}));
}

struct ForeignRow {
  const char* name;
  const char* file;
  const char* module;
};

TEST(RetentionHolder, IsALibrarysOnlyIfNothingOfTheUsersHolds) {
  for (const ForeignRow& row :
       {ForeignRow{"testing::internal::g_impl", "", "/build/app_test"},
        ForeignRow{"instance", "/deps/googletest/src/gtest.cc", "/build/app_test"},
        ForeignRow{"std::cout", "", "/build/app_test"},
        ForeignRow{"stdout@GLIBC_2.2.5", "", "/build/app_test"},
        ForeignRow{"FooTest_Bar_Test::test_info_", "/src/app.cc", "/build/app_test"},
        ForeignRow{"registry", "", "/usr/lib/x86_64-linux-gnu/libssl.so.3"}}) {
    OneBlock program;
    const VariableId foreign = program.types().Global(kVariable, row.name, kNoType, row.module);
    program.types().Edit(foreign).file = row.file;
    program.heap.Data(kVariable, program.block);
    const Holder alone = program.OnlyHolder();
    EXPECT_EQ(alone.symbol, row.name);
    EXPECT_TRUE(alone.is_foreign) << row.name;
    // The user's is behind it in the record, and further away from the block.
    program.types().Global(kOther, "mine");
    const auto between = program.heap.Block(kNoOrigin, 8);
    program.heap.Data(kOther, between);
    program.heap.Point(between, 0, program.block);
    EXPECT_EQ(program.OnlyHolder().symbol, "mine") << row.name;
  }
}

TEST(RetentionHolder, InANamespaceTestingWithAFileOfItsOwnIsTheUsers) {
  OneBlock program;
  program.types().Global(kVariable, "testing::fakes::pool");
  program.heap.Data(kVariable, program.block);
  EXPECT_FALSE(program.OnlyHolder().is_foreign);
}

TEST(RetentionHolder, WithoutSymbolIsTheModulesData) {
  OneBlock program;
  program.heap.Data(0x4A0000, program.block);
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.kind, Holder::Kind::kData);
  EXPECT_EQ(holder.symbol, "");
  EXPECT_EQ(holder.module, "/build/app_test");
}

TEST(RetentionHolder, IsAFunctionsStaticVariable) {
  OneBlock program;
  const VariableId seen = program.types().Global(kVariable, "seen");
  program.types().Edit(seen).storage = Variable::Storage::kFunctionStatic;
  program.types().Edit(seen).function = "app::intern(char const*)";
  program.heap.Data(kVariable, program.block);
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.kind, Holder::Kind::kFunctionStatic);
  EXPECT_EQ(holder.symbol, "app::intern()::seen");
}

TEST(RetentionHolder, IsAThreadsVariable) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  SnapshotThread& worker = program.heap.Thread("worker", kStack - 0x100000);
  worker.thread_locals = {{0x400000, 0x900000, 0x900040}};
  const TypeId pointer = program.types().Pointer(program.item);
  program.types().ThreadLocal(0x400000, 0x18, "arena", pointer);
  program.heap.Root(record::kRootThreadLocal, 0x900018, program.block, 1);
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.kind, Holder::Kind::kThreadLocal);
  EXPECT_EQ(holder.symbol, "arena");
  EXPECT_EQ(holder.type, "Item*");
  EXPECT_EQ(holder.thread, "thread worker");
}

TEST(RetentionHolder, IsOneVariableOfSeveralThreads) {
  OneBlock program;
  program.heap.Thread("app", kStack).thread_locals = {{0x400000, 0x900000, 0x900040}};
  program.heap.Thread("worker", kStack - 0x100000).thread_locals = {{0x400000, 0xa00000, 0xa00040}};
  program.types().ThreadLocal(0x400000, 0x18, "arena", program.types().Pointer(program.item));
  program.heap.Root(record::kRootThreadLocal, 0x900018, program.block, 0);
  program.heap.Root(record::kRootThreadLocal, 0xa00018, program.heap.Block(program.calls, 16), 1);
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.symbol, "arena");
  EXPECT_EQ(holder.thread, "several threads");
  EXPECT_EQ(holder.retained_bytes, (std::vector<std::int64_t>{32}));
}

TEST(RetentionHolder, OutsideOfAnyModulesThreadLocalsIsThreadSpecificData) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  program.heap.Root(record::kRootThreadLocal, 0x900018, program.block, 0);
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.kind, Holder::Kind::kThreadLocal);
  EXPECT_EQ(holder.symbol, "thread-specific data (pthread_setspecific)");
  EXPECT_EQ(holder.thread, "main thread");
}

//   the stack grows down:   … word [cfa of inner] … word … [cfa of outer]
TEST(RetentionHolder, IsALocalVariableOfTheFrameItLiesIn) {
  for (const bool outer : {false, true}) {
    OneBlock program;
    SnapshotThread& thread = program.heap.Thread("app", kStack);
    thread.frames = {{0x401111, kStack - 0x200}, {0x402222, kStack - 0x100}};
    const std::uint64_t word = outer ? kStack - 0x118 : kStack - 0x218;
    program.types().Local(outer ? 0x402222 : 0x401111, -0x18, "app::Run()", "items",
                          program.types().Pointer(program.item));
    program.heap.Root(record::kRootStack, word, program.block);
    const SiteRetention site = program.Site();
    ASSERT_EQ(site.paths.size(), 1u);
    EXPECT_EQ(site.paths[0].holder.kind, Holder::Kind::kStack);
    EXPECT_EQ(site.paths[0].holder.symbol, "items");
    EXPECT_EQ(site.paths[0].holder.function, "app::Run()");
    EXPECT_EQ(site.stack_only_blocks, 1);
    EXPECT_EQ(site.lost_blocks, 0);
    EXPECT_EQ(program.types().asked_as_caller(), outer);
  }
}

//   the stack grows down:   … saved register [cfa of inner] … local variable … [cfa of outer]
TEST(RetentionHolder, IsALocalVariableRatherThanARegisterThatACallSaved) {
  OneBlock program;
  SnapshotThread& thread = program.heap.Thread("app", kStack);
  thread.frames = {{0x401111, kStack - 0x200}, {0x402222, kStack - 0x100}};
  program.types().Local(0x402222, -0x18, "app::Run()", "items",
                        program.types().Pointer(program.item));
  program.heap.Root(record::kRootStack, kStack - 0x210, program.block);
  program.heap.Root(record::kRootStack, kStack - 0x118, program.block);
  EXPECT_EQ(program.OnlyHolder().symbol, "items");
}

TEST(RetentionHolder, OfThreadsWithoutNamesOfTheirOwnIsOne) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  const std::uint32_t second = program.heap.Block(program.calls, 16);
  const std::uint32_t third = program.heap.Block(program.calls, 16);
  program.heap.Thread("app", kStack - 0x100000);
  program.heap.Thread("app", kStack - 0x200000);
  program.heap.Thread("other", kStack - 0x300000);
  program.heap.Root(record::kRootStack, kStack - 0x100040, program.block, 1);
  program.heap.Root(record::kRootStack, kStack - 0x200040, second, 2);
  program.heap.Root(record::kRootStack, kStack - 0x300040, third, 3);
  const SiteRetention site = program.Site();
  ASSERT_EQ(site.paths.size(), 2u);
  EXPECT_EQ(site.paths[0].holder.thread, "a thread");
  EXPECT_EQ(site.paths[0].blocks, 2);
  EXPECT_EQ(site.paths[1].holder.thread, "thread other");
}

TEST(RetentionHolder, IsARegisterIfNothingElse) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  program.heap.Root(record::kRootRegister, 3, program.block);
  const SiteRetention site = program.Site();
  ASSERT_EQ(site.paths.size(), 1u);
  EXPECT_EQ(site.paths[0].holder.kind, Holder::Kind::kRegister);
  EXPECT_EQ(site.paths[0].holder.thread, "main thread");
  EXPECT_EQ(site.stack_only_blocks, 1);
}

TEST(RetentionHolder, IsAMappingBeforeAStack) {
  OneBlock program;
  program.heap.Thread("app", kStack);
  program.heap.Root(record::kRootStack, kStack - 8, program.block);
  program.heap.Root(record::kRootMapping, 0x700000, program.block);
  EXPECT_EQ(program.OnlyHolder().kind, Holder::Kind::kMapping);
}

TEST(RetentionHolder, OfAMemberRetainsThatMembersBlocksAlone) {
  OneBlock program;
  const TypeId pointer = program.types().Pointer(program.item);
  const TypeId state = program.types().Class("State", 16, {{"a", pointer, 0}, {"b", pointer, 8}});
  program.types().Global(kVariable, "state", state);
  program.heap.Data(kVariable, program.block);
  program.heap.Data(kVariable + 8, program.heap.Block(kNoOrigin, 500));
  const Holder holder = program.OnlyHolder();
  EXPECT_EQ(holder.symbol, "state.a");
  EXPECT_EQ(holder.retained_bytes, (std::vector<std::int64_t>{16}));
}

}  // namespace
}  // namespace memprof
