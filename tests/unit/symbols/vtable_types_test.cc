// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/vtable_types.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/unit/symbols/scratch_build.h"
#include "tests/unit/symbols/scratch_program.h"

namespace memprof {
namespace {

// The first words of objects stand as a "stack", which is how ScratchBuild reads numbers.
constexpr char kProgram[] = R"cc(
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include "tracker.h"

  namespace shop {
  struct Shape {
    virtual ~Shape() {}
    long area = 0;
  };
  struct Named {
    virtual ~Named() {}
    long name = 0;
  };
  struct Square : Shape, Named {
    ~Square() override {}
  };
  struct Floating : virtual Shape {
    ~Floating() override {}
    long depth = 0;
  };
  template <class T>
  struct Box : Shape {
    T content{};
  };
  namespace {
  struct Hidden : Shape {
    ~Hidden() override {}
  };
  }  // namespace
  }  // namespace shop

  long first_word_of_none = 0;
  void Print(const void* object, long skip = 0) { printf(" %lx", ((const long*)object)[0] + skip); }
  int main() {
    struct Local : shop::Shape {};
    printf("stack");
    shop::Shape shape;
    Print(&shape);
    shop::Square square;
    Print(&square);
    shop::Floating floating;
    Print(&floating);
    shop::Box<shop::Box<int>> box;
    Print(&box);
    shop::Hidden hidden;
    Print(&hidden);
    Local local;
    Print(&local);
    std::ostringstream stream;
    Print(&stream);
    std::logic_error error("");
    Print(&error);
    auto shared = std::make_shared<shop::Square>();
    Print((char*)shared.get() - 16);
    // What is no such object.
    Print(static_cast<shop::Named*>(&square));
    Print(&shape, 8);
    Print(&shape, 1);
    Print(&shape, -8);
    printf(" %lx %lx %lx %lx", (long)&first_word_of_none, (long)&main, (long)&shape, 16l);
    printf("\n");
    PrintModules();
  }
)cc";

const std::vector<std::string> kClasses = {
    "shop::Shape",
    "shop::Square",
    "shop::Floating",
    "shop::Box<shop::Box<int> >",
    "shop::(anonymous namespace)::Hidden",
    "main::Local",
    "std::__cxx11::basic_ostringstream<char, std::char_traits<char>, std::allocator<char> >",
    "std::logic_error",
    "std::_Sp_counted_ptr_inplace<shop::Square, std::allocator<void>, (__gnu_cxx::_Lock_policy)2>",
};

struct Build {
  const char* command;
  bool has_types = false;
};

const std::vector<Build> kBuilds = {
    {"g++ -std=c++17 -g program.cc -o program", true},
    {"g++ -std=c++17 -g -no-pie -fno-pie program.cc -o program", true},
    {"g++ -std=c++17 program.cc -o program"},
    {"g++ -std=c++17 -s program.cc -o program"},
    {"g++ -std=c++17 -s -no-pie -fno-pie program.cc -o program"},
    {"g++ -std=c++17 -s -static program.cc -o program"},
    {"clang++ -std=c++17 -O2 -g program.cc -o program", true},
    {"clang++ -std=c++17 -s program.cc -o program"},
};

class VtableTypesOfPrograms : public ScratchBuild {};

TEST_F(VtableTypesOfPrograms, TellAnObjectsClassByItsFirstWord) {
  Write("tracker.h", kTracker);
  Write("program.cc", kProgram);
  for (const Build& build : kBuilds) {
    SCOPED_TRACE(build.command);
    const std::string command = build.command;
    if (!Run("command -v " + command.substr(0, command.find(' ')) + " > /dev/null")) continue;
    ASSERT_TRUE(Run(command));
    const CapturedTrace trace = Capture("./program");
    ASSERT_EQ(trace.stacks.size(), 1u);
    const std::vector<std::uint64_t>& words = trace.stacks[0].addresses;
    ASSERT_GT(words.size(), kClasses.size());
    DebugNames names;
    ProgramModules modules(trace.modules, "", names);
    TypeTable types(names);
    VtableTypes vtables(modules, types);
    for (std::size_t i = 0; i < words.size(); ++i) {
      SCOPED_TRACE(i);
      const TypeId type = vtables.At(words[i], 0);
      const std::string expected = i < kClasses.size() ? kClasses[i] : "";
      // Debug information has the name otherwise: it is the same type.
      EXPECT_EQ(type, types.Named(expected)) << types.Info(type).name;
      if (!build.has_types) {
        EXPECT_EQ(types.Info(type).name, expected);
      } else if (i < 5) {
        EXPECT_EQ(types.Info(type).kind, TypeInfo::Kind::kClass);
      }
    }
  }
}

}  // namespace
}  // namespace memprof
