// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/tool_frame.h"

#include <gtest/gtest.h>

#include <vector>

namespace memprof {
namespace {

TEST(ToolFrame, ReadsEveryFormOfASanitizersFrame) {
  struct Row {
    const char* line;
    Frame frame;
  };
  for (const Row& row : std::vector<Row>{
           {"    #1 0x55 in f(int) /src/t.cc:9", {"f(int)", "/src/t.cc", 9, ""}},
           {"    #1 0x55 in f(int) /src/t.cc:9:12", {"f(int)", "/src/t.cc", 9, ""}},
           {"    #1 0x55 in f(int) /src/t.cc", {"f(int)", "/src/t.cc", 0, ""}},
           {"    #12 0x55 in f(int) (/src/t+0x3f0e6)", {"f(int)", "", 0, "/src/t", 0x3f0e6}},
           {"    #1 0x55 in f() (/src/t+0x3f) (BuildId: ab12)", {"f()", "", 0, "/src/t", 0x3f}},
           {"    #1 0x55 in f+0x12 (/src/t+0x3f)", {"f", "", 0, "/src/t", 0x3f}},
           {"    #1 0x55  (/src/t+0x3f)", {"", "", 0, "/src/t", 0x3f}},
           {"    #1 0x55  (/src/t+0x12345678123456789)", {"", "", 0, "/src/t", 0}},
           {"    #1 0x55  (<unknown module>)", {"", "", 0, ""}},
           {"    #1 0x55 in ?? ??:0", {"", "", 0, ""}},
           {"#0 0x55 in main /src/my project (2)/t.cc:3",
            {"main", "/src/my project (2)/t.cc", 3, ""}},
           {"#0 0x55 in main (/src/my (old) dir/t+0x1)", {"main", "", 0, "/src/my (old) dir/t", 1}},
           {"#0 0x55 in start nptl/pthread_create.c:442",
            {"start", "nptl/pthread_create.c", 442, ""}},
           {"#0 0x55 in A::operator bool() const ../a.cc:1",
            {"A::operator bool() const", "../a.cc", 1, ""}},
           {"#0 0x55 in void run<(lambda at /src/t.cc:5:3)>(int) /src/t.cc:7:1",
            {"void run<(lambda at /src/t.cc:5:3)>(int)", "/src/t.cc", 7, ""}},
           {"#0 0x55 in (anonymous namespace)::walk in order(Tree const&) /src/t.cc:2",
            {"(anonymous namespace)::walk in order(Tree const&)", "/src/t.cc", 2, ""}},
           {"#0 0x55 in f(int) const", {"f(int) const", "", 0, ""}},
       }) {
    SCOPED_TRACE(row.line);
    const auto frame = ParseSanitizerFrame(row.line);
    ASSERT_TRUE(frame.has_value());
    EXPECT_EQ(frame->function, row.frame.function);
    EXPECT_EQ(frame->file, row.frame.file);
    EXPECT_EQ(frame->line, row.frame.line);
    EXPECT_EQ(frame->module, row.frame.module);
    EXPECT_EQ(frame->module_offset, row.frame.module_offset);
  }
}

TEST(ToolFrame, OtherLinesAreNoFrames) {
  for (const char* line : {"", "#", "#1", "#x 0x1 in f", "#include <map>", "# 1 0x5 in f", "#1 f()",
                           "SUMMARY: LeakSanitizer: 1 byte(s)", "1 0x5 in f /src/t.cc:1"}) {
    EXPECT_FALSE(ParseSanitizerFrame(line).has_value()) << line;
  }
}

TEST(ToolFrame, ReadsEveryFormOfValgrindsFrame) {
  struct Row {
    const char* text;
    Frame frame;
  };
  for (const Row& row : std::vector<Row>{
           {"f(int) (/src/t.cc:9)", {"f(int)", "/src/t.cc", 9, ""}},
           {"f(int) (t.cc:9)", {"f(int)", "t.cc", 9, ""}},
           {"call_init (elf/./elf/dl-init.c:74)", {"call_init", "elf/./elf/dl-init.c", 74, ""}},
           {"f(int) (in /src/t)", {"f(int)", "", 0, "/src/t"}},
           {"(below main) (in /src/t)", {"(below main)", "", 0, "/src/t"}},
           {"(below main)", {"(below main)", "", 0, ""}},
           {"??? (in /usr/lib/libx.so.6)", {"", "", 0, "/usr/lib/libx.so.6"}},
           {"???", {"", "", 0, ""}},
           {"", {"", "", 0, ""}},
           {"main (/src/my (old) dir/t.cc:3)", {"main", "/src/my (old) dir/t.cc", 3, ""}},
           {"void f<int>(void (*)(int))", {"void f<int>(void (*)(int))", "", 0, ""}},
           {"A::f(int (*)(char)) const (a:b.cc:12)",
            {"A::f(int (*)(char)) const", "a:b.cc", 12, ""}},
       }) {
    SCOPED_TRACE(row.text);
    const Frame frame = ParseValgrindFrame(row.text);
    EXPECT_EQ(frame.function, row.frame.function);
    EXPECT_EQ(frame.file, row.frame.file);
    EXPECT_EQ(frame.line, row.frame.line);
    EXPECT_EQ(frame.module, row.frame.module);
  }
}

}  // namespace
}  // namespace memprof
