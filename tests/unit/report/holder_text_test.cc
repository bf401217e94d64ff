// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/holder_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/report/plain_text.h"

namespace memprof {
namespace {

struct Row {
  HeldBy holder;
  const char* name;
  const char* text;
};

HeldBy Of(HolderKind kind, const char* symbol, const char* function = "", const char* thread = "",
          const char* module = "") {
  HeldBy holder;
  holder.kind = kind;
  holder.symbol = symbol;
  if (*symbol != '\0') holder.type = "std::map<int, T>";
  holder.function = function;
  holder.thread = thread;
  holder.module = module;
  return holder;
}

TEST(HolderText, NamesAllThatMayHold) {
  using enum HolderKind;
  const std::vector<Row> rows = {
      {Of(kGlobal, "app::all"), "app::all", "global std::map<int, T> app::all"},
      {Of(kStatic, "App::all"), "App::all", "static std::map<int, T> App::all"},
      {Of(kFunctionStatic, "intern()::seen", "intern()"), "intern()::seen",
       "function static std::map<int, T> intern()::seen"},
      {Of(kThreadLocal, "scratch", "", "thread worker"), "scratch",
       "thread-local std::map<int, T> scratch (thread worker)"},
      {Of(kLocalVariable, "jobs", "main", "main thread"), "the local variable `jobs` of main",
       "local variable std::map<int, T> jobs of main"},
      {Of(kLocalVariable, "", "main", "main thread"), "a local variable of main",
       "a local variable of main"},
      {Of(kLocalVariable, "", "Poll()", "thread worker"),
       "the stack of thread worker (frame of Poll())",
       "the stack of thread worker (frame of Poll())"},
      {Of(kLocalVariable, ""), "a stack", "a stack"},
      {Of(kRegister, "", "", "thread worker"), "a register of thread worker",
       "a register of thread worker"},
      {Of(kMapping, ""), "an anonymous mapping (mmap) of the program",
       "an anonymous mapping (mmap) of the program"},
      {Of(kThreadLocal, ""), "thread-specific data", "thread-specific data"},
      {Of(kData, "", "", "", "/usr/lib/libfoo.so"), "data of libfoo.so (no symbol)",
       "data of libfoo.so (no symbol)"},
      {Of(kGlobal, ""), "data of the program (no symbol)", "data of the program (no symbol)"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(HolderName(row.holder), row.name);
    EXPECT_EQ(HolderText(row.holder), row.text);
  }
}

TEST(HolderText, CutsALongTypeAndKeepsTheName) {
  HeldBy holder = Of(HolderKind::kGlobal, "app::all");
  holder.type = std::string(300, 'T');
  const std::string text = HolderText(holder);
  EXPECT_TRUE(text.ends_with("… app::all")) << text;
  EXPECT_LT(DisplayWidth(text), 88u);
}

TEST(RetainedText, SaysAfterWhichRunsAndTheLastSixAtMost) {
  HeldBy holder;
  EXPECT_EQ(RetainedText(holder), "");
  holder.retained_bytes = {12'288, 24'576, 36'864};
  holder.runs = {4, 8, 12};
  EXPECT_EQ(RetainedText(holder), "12 KiB → 24 KiB → 36 KiB after runs 4, 8 and 12");
  holder.retained_bytes = {1, 2, 3, 4, 5, 6, 7};
  holder.runs = {1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(RetainedText(holder),
            "2 B → 3 B → 4 B → 5 B → 6 B → 7 B after runs 2, 3, 4, 5, 6 and 7");
  holder.runs = {1};
  EXPECT_EQ(RetainedText(holder), "1 B after run 1");
}

TEST(RetainedText, IsNothingWhereSomebodyElseRefersToAllOfIt) {
  HeldBy holder;
  holder.retained_bytes = {12'288, 24'576, 0};
  holder.runs = {4, 8, 12};
  EXPECT_EQ(RetainedText(holder), "");
}

TEST(StepText, HasMemberTypeSizeAndPlace) {
  EXPECT_EQ(StepText({"rows", "Result", 2048, 1}), "rows: Result (2 KiB)");
  EXPECT_EQ(StepText({"", "Result", 2050, 3}), "Result (about 683 B)");
  EXPECT_EQ(StepText({"", "48 bytes", 0, 0, 0, "cache.cc:31"}), "48 bytes, made at cache.cc:31");
  EXPECT_EQ(StepCount({"", "Result", 2048, 1}), "");
  EXPECT_EQ(StepCount({"", "Result", 2048, 1200}), "×1,200");
  EXPECT_EQ(StepCount({"", "Result", 2048, 1200, 100}), "×100 per run");
}

TEST(CycleText, NamesWhatAClosureCaptures) {
  EXPECT_EQ(CycleText({"chat::Session.on_close", "closure at chat.cc:31.session"}),
            "chat::Session.on_close → closure at chat.cc:31 (captures session) → chat::Session");
  EXPECT_EQ(CycleText({"closure at chat.cc:31", "chat::Session.on_close"}),
            "closure at chat.cc:31 → chat::Session.on_close → closure at chat.cc:31");
}

TEST(CycleText, ComesBackToTheFirstTypeWithoutItsMember) {
  EXPECT_EQ(CycleText({"chat::Session.connection", "chat::Connection.session"}),
            "chat::Session.connection → chat::Connection.session → chat::Session");
  EXPECT_EQ(TypeInCycle("closure at chat.cc:31"), "closure at chat.cc:31");
  EXPECT_EQ(TypeInCycle("closure at chat.cc:31.session"), "closure at chat.cc:31");
  EXPECT_EQ(TypeInCycle("Node.links_.first"), "Node");
  EXPECT_EQ(CycleText({}), "");
}

}  // namespace
}  // namespace memprof
