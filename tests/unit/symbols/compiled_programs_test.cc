// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
//
// The stacks of programs as compilers make them: how they are optimised, linked and described must
// not change what is said of them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runner/symbols/trace_symbols.h"
#include "tests/unit/symbols/scratch_build.h"
#include "tests/unit/symbols/scratch_program.h"

namespace memprof {
namespace {

constexpr char kProgram[] = R"cc(
#include <stdlib.h>
#include "tracker.h"

  namespace shop {
  template <class T>
  struct Box {
    __attribute__((noinline)) static void Fill() {
      Capture();  // fill
      KEEP;
    }
  };
  __attribute__((always_inline)) inline void Inlined() {
    Box<int>::Fill();  // inlined
    KEEP;
  }
  namespace {
  __attribute__((noinline)) void Hidden() {
    Inlined();  // hidden
    KEEP;
  }
  }  // namespace
  int Compare(const void* a, const void*) {
    if (*static_cast<const int*>(a) < 0) Hidden();  // compare
    KEEP;
    return 0;
  }
  }  // namespace shop

  int main() {
    int numbers[] = {-1, 2};
    const auto sort = [&numbers] {
      qsort(numbers, 2, sizeof numbers[0], shop::Compare);  // sort
      KEEP;
    };
    sort();  // main
    KEEP;
    PrintModules();
  }
)cc";

struct Row {
  const char* what;
  const char* command;  ///< compiles program.cc to `program`
  bool is_dynamic = true;
  const char* inlined = "shop::Inlined()";
};

/// The programs of `command` that are not on every machine.
std::vector<std::string> OptionalTools(const std::string& command) {
  std::vector<std::string> tools;
  if (command.starts_with("clang++")) tools.push_back("clang++");
  if (command.find("-fuse-ld=lld") != std::string::npos) tools.push_back("ld.lld");
  if (command.find("-fuse-ld=gold") != std::string::npos) tools.push_back("ld.gold");
  return tools;
}

const std::vector<Row> kRows = {
    {"unoptimised", "g++ -O0 -g program.cc -o program"},
    {"optimised", "g++ -O2 -g program.cc -o program"},
    {"least debug information", "g++ -O2 -g1 program.cc -o program"},
    {"not position independent", "g++ -O2 -g -no-pie -fno-pie program.cc -o program"},
    {"static", "g++ -O2 -g -static program.cc -o program", false},
    {"DWARF 4", "g++ -O2 -gdwarf-4 program.cc -o program"},
    {"split", "g++ -O2 -g -gsplit-dwarf program.cc -o program"},
    {"split DWARF 4", "g++ -O2 -gdwarf-4 -gsplit-dwarf program.cc -o program"},
    {"compressed", "g++ -O2 -g -gz program.cc -o program"},
    {"no build id", "g++ -O2 -g -Wl,--build-id=none program.cc -o program"},
    {"relative name", "mkdir sub && cd sub && g++ -O2 -g ../program.cc -o ../program"},
    {"link-time optimisation", "g++ -O2 -g -flto program.cc -o program"},
    {"debug link",
     "g++ -O2 -g program.cc -o program && objcopy --only-keep-debug program program.debug && "
     "strip program && objcopy --add-gnu-debuglink=program.debug program"},
    {"Clang", "clang++ -O2 -g program.cc -o program"},
    {"Clang, unoptimised", "clang++ -O0 -g program.cc -o program"},
    {"Clang, lines alone", "clang++ -O2 -gline-tables-only program.cc -o program", true, "Inlined"},
    {"Clang, split", "clang++ -O2 -g -gsplit-dwarf program.cc -o program"},
    {"Clang, thin link-time optimisation",
     "clang++ -O2 -g -flto=thin -fuse-ld=lld program.cc -o program"},
    {"gold, identical code folded", "g++ -O2 -g -fuse-ld=gold -Wl,--icf=all program.cc -o program"},
};

class CompiledPrograms : public ScratchBuild {};

/// Each frame as its function, with the line where that is in program.cc.
std::vector<std::string> Lines(const Stack& stack) {
  std::vector<std::string> lines;
  for (const Frame& frame : stack) {
    const bool own = frame.file.ends_with("/program.cc");
    lines.push_back(frame.function + (own ? " " + std::to_string(frame.line) : ""));
  }
  return lines;
}

TEST_F(CompiledPrograms, HaveTheSameStackHoweverTheyAreBuilt) {
  Write("tracker.h", kTracker);
  Write("program.cc", kProgram);
  const auto line = [](const char* mark) { return " " + std::to_string(LineOf(kProgram, mark)); };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.what);
    bool possible = true;
    for (const std::string& tool : OptionalTools(row.command)) {
      possible = possible && Run("command -v " + tool + " > /dev/null");
    }
    if (!possible) continue;
    ASSERT_TRUE(Run("rm -rf program sub *.dwo *.dwp *.debug")) << row.what;
    ASSERT_TRUE(Run(row.command)) << row.command;
    const CapturedTrace trace = Capture("./program");
    ASSERT_EQ(trace.stacks.size(), 1u);
    TraceSymbols symbols(trace.modules);
    const Stack stack = symbols.Resolve(trace.stacks[0]);
    EXPECT_TRUE(symbols.Gaps().empty()) << symbols.Gaps()[0];

    std::vector<std::string> lines = Lines(stack);
    ASSERT_GE(lines.size(), 7u);
    EXPECT_EQ(lines[0], "shop::Box<int>::Fill()" + line("fill"));
    EXPECT_EQ(lines[1], row.inlined + line("inlined"));
    EXPECT_EQ(lines[2], "shop::(anonymous namespace)::Hidden()" + line("hidden"));
    EXPECT_EQ(lines[3], "shop::Compare(void const*, void const*)" + line("compare"));
    std::size_t at = 4;
    // Parts of libc that it keeps to itself have no name in a stripped library.
    while (at < lines.size() && lines[at] != "qsort" && lines[at] != "qsort_r" && row.is_dynamic) {
      EXPECT_EQ(lines[at++], "");
    }
    while (at < lines.size() && stack[at].file.empty()) ++at;
    ASSERT_LE(at + 2, lines.size());
    EXPECT_TRUE(lines[at].ends_with(line("sort"))) << lines[at];
    EXPECT_EQ(lines[at + 1], "main" + line("main"));
    EXPECT_EQ(stack[0].file, Path("program.cc"));
    EXPECT_EQ(stack[0].module, Path("program"));
    EXPECT_NE(stack.back().function.find("_start"), std::string::npos);
  }
}

TEST_F(CompiledPrograms, FunctionsOfTheCLibraryHaveTheirNames) {
  Write("tracker.h", kTracker);
  Write("program.cc", kProgram);
  ASSERT_TRUE(Run("g++ -O2 -g program.cc -o program"));
  const CapturedTrace trace = Capture("./program");
  ASSERT_EQ(trace.stacks.size(), 1u);
  const Stack stack = TraceSymbols(trace.modules).Resolve(trace.stacks[0]);
  bool found = false;
  for (const Frame& frame : stack) {
    if (frame.function != "qsort" && frame.function != "qsort_r") continue;
    found = true;
    EXPECT_NE(frame.module.find("libc.so"), std::string::npos);
    EXPECT_EQ(frame.file, "");
    EXPECT_EQ(frame.line, 0);
    EXPECT_GT(frame.module_offset, 0u);
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace memprof
