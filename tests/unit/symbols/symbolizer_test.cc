// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/symbolizer.h"

#include <gtest/gtest.h>

#include "tests/unit/symbols/own_code.h"

namespace memprof {
namespace {

Frame Unnamed(const std::string& module, std::uint64_t offset) {
  Frame frame;
  frame.module = module;
  frame.module_offset = offset;
  return frame;
}

[[gnu::noinline]] OwnCall CallOfAnInlinedFunction() { return InlinedWhere(); }

TEST(Symbolizer, OnlyFramesWithoutAFileAreReplaced) {
  const OwnCall call = CallOfAnInlinedFunction();
  const Frame named = {"f()", "/src/t.cc", 3, OwnProgram(), call.offset};
  const Frame foreign = Unnamed("/src/absent", 16);
  std::vector<LsanLeak> leaks(2);
  leaks[0].stack = {named, Unnamed(OwnProgram(), call.offset), foreign};
  leaks[1].stack = {foreign};
  Symbolizer symbolizer;
  ResolveStacks(&leaks, symbolizer);
  ASSERT_EQ(leaks[0].stack.size(), 4u);
  EXPECT_EQ(leaks[0].stack[0], named);
  EXPECT_EQ(leaks[0].stack[1].function, "memprof::InlinedWhere()");
  EXPECT_EQ(leaks[0].stack[1].line, call.line);
  EXPECT_NE(leaks[0].stack[2].function.find("CallOfAnInlinedFunction()"), std::string::npos);
  EXPECT_EQ(leaks[0].stack[3], foreign);
  EXPECT_EQ(leaks[1].stack, Stack{foreign});
}

TEST(Symbolizer, AFrameWithoutAnOffsetStays) {
  Symbolizer symbolizer;
  EXPECT_TRUE(symbolizer.Resolve(Unnamed(OwnProgram(), 0)).empty());
  EXPECT_TRUE(symbolizer.Resolve(Frame{}).empty());
}

}  // namespace
}  // namespace memprof
