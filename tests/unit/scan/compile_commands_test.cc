// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/compile_commands.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/scan/compile_arguments.h"
#include "runner/scan/keep_comments.h"

namespace memprof::scan {
namespace {

using Words = std::vector<std::string>;

TEST(CompileCommands, WordsAreAsAShellTakesThem) {
  const std::vector<std::pair<std::string, Words>> kRows = {
      {"c++  -c a.cc", {"c++", "-c", "a.cc"}},
      {R"(-DNAME=\"a\ b\" x)", {"-DNAME=\"a b\"", "x"}},
      {R"("-DTEXT=\"it's\"" '' 'a b')", {"-DTEXT=\"it's\"", "", "a b"}},
      {R"("a\nb" 'a\nb')", {"a\\nb", "a\\nb"}},
      {"'never closed", {"never closed"}},
      {"   ", {}},
  };
  for (const auto& [command, words] : kRows) EXPECT_EQ(ShellWords(command), words) << command;
}

TEST(CompileCommands, BothFormsAndRelativeFilesAreRead) {
  const auto commands = ParseCompileCommands(R"([
      {"directory": "/b", "file": "../s/a.cc", "command": "c++ -DA='x y' -c ../s/a.cc"},
      {"directory": "/b", "file": "/s/b.cc", "arguments": ["c++", "-c", "/s/b.cc"]}])",
                                             "c.json");
  ASSERT_TRUE(commands.ok()) << commands.error().message;
  ASSERT_EQ(commands->size(), 2u);
  EXPECT_EQ((*commands)[0].file, "/s/a.cc");
  EXPECT_EQ((*commands)[0].arguments, (Words{"c++", "-DA=x y", "-c", "../s/a.cc"}));
  EXPECT_EQ((*commands)[1].file, "/s/b.cc");
}

TEST(CompileCommands, AFileCompiledInSeveralWaysIsThereWithEachOnce) {
  const auto commands = ParseCompileCommands(R"([
      {"directory": "/b", "file": "a.cc", "command": "c++ -DA a.cc"},
      {"directory": "/b", "file": "a.cc", "command": "c++ -DB a.cc"},
      {"directory": "/b", "file": "./a.cc", "command": "c++ -DA a.cc"}])",
                                             "c.json");
  ASSERT_TRUE(commands.ok());
  EXPECT_EQ(commands->size(), 2u);
}

TEST(CompileCommands, WhatIsDamagedIsAnErrorWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> kRows = {
      {"[\n  {\"directory\": x}]", "c.json:2:17: this is no JSON"},
      {"[{\"directory\": \"/b\"", "c.json:1:20: it ends here, in the middle"},
      {"", "c.json:1:1: it ends here, in the middle"},
      {"{}", "c.json: it holds no list of compile commands, as compile_commands.json does"},
      {R"([{"directory": "/b", "command": "c++"}])", "c.json: entry 1 has no file"},
      {R"([{"directory": "/b", "file": "a.cc", "command": 7}])", "c.json: entry 1 has no command"},
      {"[3]", "c.json: entry 1 has no file"},
  };
  for (const auto& [text, message] : kRows) {
    const auto commands = ParseCompileCommands(text, "c.json");
    ASSERT_FALSE(commands.ok()) << text;
    EXPECT_EQ(commands.error().message, message);
    EXPECT_EQ(commands.error().kind, ErrorKind::kDamaged);
    EXPECT_FALSE(commands.error().hint.empty());
  }
}

Words Taken(const std::string& command, const std::string& file = "/s/a.cc") {
  Words taken = ClangArguments({"/b", file, ShellWords(command)},
                               [](const std::string& name) { return name == "/b/made.h"; });
  if (!taken.empty() && taken.back() == "-std=gnu++17") taken.pop_back();
  return taken;
}

TEST(CompileArguments, WhatLibclangTakesOfThem) {
  const std::vector<std::pair<std::string, Words>> kRows = {
      {"/usr/bin/c++ -DA -I/i -o a.o -c ../s/a.cc", {"-DA", "-I/i"}},
      {"ccache g++ -O2 -c /s/a.cc", {"-O2"}},
      {"env LANG=C ccache sloppiness=x g++ -O2 /s/a.cc", {"-O2"}},
      {"cmake -E __run_co_compile --tidy=x -- c++ -DA /s/a.cc", {"-DA"}},
      {"c++ -MD -MT a.o -MF a.d -MFb.d -MP -oa.o -DB", {"-DB"}},
      {"g++ -std=c++23 -march=native -Wno-x", {"-std=c++2b", "-march=native", "-Wno-x"}},
      {"g++ -fno-gnu-unique -fconcepts-diagnostics-depth=9 -fanalyzer --param x=1 -DC", {"-DC"}},
      {"g++ -Winvalid-pch -include /b/cmake_pch.hxx -DD",
       {"-Xclang", "-include", "-Xclang", "/b/cmake_pch.hxx", "-DD"}},
      {"clang++ -Xclang -include-pch -Xclang /b/p.pch -Xclang -include -Xclang /b/p.hxx",
       {"-Xclang", "-include", "-Xclang", "/b/p.hxx"}},
      {"c++", {}},
  };
  for (const auto& [command, taken] : kRows) EXPECT_EQ(Taken(command), taken) << command;
}

TEST(CompileArguments, RelativePathsAreFromWhereTheCompilerRan) {
  const std::vector<std::pair<std::string, Words>> kRows = {
      {"c++ -Iinc -I ../s/inc -I/abs -I.", {"-I/b/inc", "-I", "/s/inc", "-I/abs", "-I/b"}},
      {"c++ -isystem sys -isystemsys -iquote q -iquoteq -idirafter ./a/",
       {"-isystem", "/b/sys", "-isystem/b/sys", "-iquote", "/b/q", "-iquote/b/q", "-idirafter",
        "/b/a"}},
      {"c++ -F fw -Ffw --sysroot=root --sysroot root -isysroot ../root",
       {"-F", "/b/fw", "-F/b/fw", "--sysroot=/b/root", "--sysroot", "/b/root", "-isysroot",
        "/root"}},
      {"c++ -I=usr -I- -I =usr -DI=x -fPIC", {"-I=usr", "-I-", "-I", "=usr", "-DI=x", "-fPIC"}},
      {"c++ -include made.h -include found.h",
       {"-Xclang", "-include", "-Xclang", "/b/made.h", "-Xclang", "-include", "-Xclang",
        "found.h"}},
      {"c++ -imacros made.h -Xclang -isystem -Xclang sys",
       {"-imacros", "/b/made.h", "-Xclang", "-isystem", "-Xclang", "/b/sys"}},
  };
  for (const auto& [command, taken] : kRows) EXPECT_EQ(Taken(command), taken) << command;
}

TEST(CompileArguments, CppWithoutAStandardHasThatOfGcc) {
  const std::vector<std::pair<CompileCommand, Words>> kRows = {
      {{"/b", "/s/a.cc", {"c++"}}, {"-std=gnu++17"}},
      {{"/b", "/s/a.cc", {"c++", "-std=c++14"}}, {"-std=c++14"}},
      {{"/b", "/s/a.cc", {"c++", "--std=c++20"}}, {"--std=c++20"}},
      {{"/b", "/s/a.cc", {"c++", "-ansi"}}, {"-ansi"}},
      {{"/b", "/s/a.c", {"gcc"}}, {}},
      {{"/b", "/s/a.c", {"g++"}}, {"-x", "c++", "-std=gnu++17"}},
      {{"/b", "/s/a.c", {"gcc", "-xc++"}}, {"-xc++", "-std=gnu++17"}},
      {{"/b", "/s/a.inc", {"gcc", "-x", "c"}}, {"-x", "c"}},
  };
  for (const auto& [command, taken] : kRows) {
    EXPECT_EQ(ClangArguments(command), taken) << command.file << testing::PrintToString(taken);
  }
}

TEST(CompileArguments, ACppCompilerTakesCFilesForCpp) {
  EXPECT_EQ(Taken("g++-12 -c /s/a.c", "/s/a.c"), (Words{"-x", "c++"}));
  EXPECT_EQ(Taken("gcc -c /s/a.c", "/s/a.c"), Words());
}

TEST(CompileArguments, WhatIsNoCppIsKnown) {
  const std::vector<std::pair<CompileCommand, bool>> kRows = {
      {{"/b", "/s/a.cpp", {"c++"}}, true},
      {{"/b", "/s/a.c", {"cc"}}, true},
      {{"/b", "/s/a.S", {"cc"}}, false},
      {{"/b", "/s/a.cu", {"nvcc"}}, false},
      {{"/b", "/b/cmake_pch.hxx.cxx", {"c++", "-x", "c++-header"}}, false},
      {{"/b", "/s/a.inc", {"c++", "-xc++"}}, true},
  };
  for (const auto& [command, is_cpp] : kRows)
    EXPECT_EQ(CompilesCpp(command), is_cpp) << command.file;
}

TEST(CompileArguments, ResponseFilesAreReadInPlace) {
  const std::map<std::string, std::string> kFiles = {
      {"a.rsp", "-DA @b.rsp \"-DC=x y\""}, {"b.rsp", "-DB"}, {"self.rsp", "@self.rsp"}};
  const auto read = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = kFiles.find(name);
    return found == kFiles.end() ? std::nullopt : std::optional(found->second);
  };
  EXPECT_EQ(WithResponseFiles({"c++", "@a.rsp", "@none"}, read),
            (Words{"c++", "-DA", "-DB", "-DC=x y", "@none"}));
  EXPECT_EQ(WithResponseFiles({"@self.rsp"}, read), Words{"@self.rsp"});
}

TEST(KeepComments, SayWhichLinesTheyAreFor) {
  const std::vector<std::pair<std::string, std::vector<KeepComment>>> kRows = {
      {"int a;  // memprof: keep - why\n", {{1, 1, 1, "why"}}},
      {"int a;  // memprof: keep \u2013 why not\n", {{1, 1, 1, "why not"}}},
      {"int a;  /* memprof:keep: one a key */ int b;", {{1, 1, 1, "one a key"}}},
      {"// memprof: keep \u2014 above\n// more words\n\nstd::map<int,\n  int> a;\nint b;\n",
       {{1, 4, 5, "above"}}},
      {"int a;  // memprof: keep\n", {{1, 1, 1, ""}}},
      {"int a;  // memprof: keep why\n", {{1, 1, 1, ""}}},
      {"int a;  // memprof: keep -- \n", {{1, 1, 1, ""}}},
      {"int a;  // memprof: keeps - why\n", {}},
      {"int a;  // see memprof: keep - why\n", {}},
      {"const char* a = \"// memprof: keep - why\";\n", {}},
      {"auto a = R\"x(\n// memprof: keep - why\n)x\";\n", {}},
      {"int a = 1'000;  // memprof: keep - it's so\n", {{1, 1, 1, "it's so"}}},
      {"// memprof: keep - nothing below", {{1, 2, 2, "nothing below"}}},
      {"\"memprof", {}},
  };
  for (const auto& [source, comments] : kRows) EXPECT_EQ(KeepComments(source), comments) << source;
}

}  // namespace
}  // namespace memprof::scan
