// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/allocation_types.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runner/analyze/type_name.h"
#include "tests/unit/symbols/scratch_build.h"
#include "tests/unit/symbols/scratch_program.h"

namespace memprof {
namespace {

// Each allocation prints its stack, from the program's own `operator new` on.
constexpr char kProgram[] = R"cc(
#include <any>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <stdlib.h>
#include <string>
#include <unordered_map>
#include <vector>
#include "tracker.h"

  bool capture = false;
  void* TracedAlloc(size_t size) {
    if (capture) Capture();
    return malloc(size);
  }
  void* operator new(size_t size) { return TracedAlloc(size); }
  void* operator new[](size_t size) { return TracedAlloc(size); }
  void* operator new(size_t size, const std::nothrow_t&) noexcept { return TracedAlloc(size); }
  void operator delete(void* block) noexcept { free(block); }
  void operator delete(void* block, size_t) noexcept { free(block); }
  __attribute__((noinline)) void* xmalloc(size_t size) {
    void* block = TracedAlloc(size);
    KEEP;
    return block;
  }

  namespace shop {
  struct Item {
    int number = 1;
    long price[4] = {};
  };
  using Alias = Item;
  template <class T>
  struct Box {
    struct Lid {
      T value;
    };
    __attribute__((noinline)) static Lid* MakeLid() { return new Lid{}; }
    __attribute__((noinline)) static T* MakeContent() { return new T(); }
  };
  namespace {
  struct Hidden {
    char text[40];
  };
  }  // namespace
  template <class T, class Allocator = std::allocator<T>>
  struct Row {
    T values[3];
  };
  struct Pooled {
    long words[5];
    __attribute__((noinline)) static void* operator new(size_t size) { return TracedAlloc(size); }
  };

  std::vector<void*> kept;
  template <class T>
  __attribute__((noinline)) void Keep(T* pointer) {
    kept.push_back((void*)pointer);
  }

  void Fill() {
    kept.reserve(1000);
    struct Local {
      int a[7];
    };
    auto* items = new std::vector<Item>;
    auto* text = new std::string;
    auto* map = new std::map<int, Item>;
    auto* hash = new std::unordered_map<int, Item>;
    auto* list = new std::list<double>;
    auto* deque = new std::deque<Item>;
    auto* call = new std::function<int()>;
    auto* any = new std::any;
    Keep(any);
    char big[64] = "x";
    capture = true;
    Keep(new Item);                    // new
    Keep(new Item[3]);                 // array
    Keep(new (std::nothrow) Alias());  // nothrow
    Keep(
        // new Hidden in a comment
        new Hidden());                            // lines
    Keep(new Local);                              // local
    Keep(new Row<int>);                           // default argument
    Keep(new Pooled);                             // own operator
    Keep(Box<Item>::MakeLid());                   // of class template
    Keep(Box<double>::MakeContent());             // of template parameter
    Keep(xmalloc(sizeof(Item)));                  // malloc
    items->resize(5);                             // vector
    text->assign(100, 'x');                       // string
    (*map)[1];                                    // map
    list->emplace_back();                         // list
    Keep(std::make_unique<Item>().release());     // unique
    Keep(std::make_unique<Item[]>(4).release());  // unique array
    auto shared = std::make_shared<Item>();       // shared
    *call = [big] { return int(big[0]); };        // function
    *any = Hidden();                              // any
    capture = false;
    Keep(new std::shared_ptr<Item>(shared));
    Keep(hash), Keep(deque);
    if ((*call)() == 0) Keep(any);
  }
  }  // namespace shop

  int main() {
    shop::Fill();
    PrintModules();
  }
)cc";

struct Expected {
  const char* mark;  ///< comment at the end of the line where it is made
  const char* type;
  bool is_array = false;
  BlockType::Source source = BlockType::Source::kAllocatorFrame;
};

constexpr auto kText = BlockType::Source::kSourceText;

/// In the order in which the program makes them.
const std::vector<Expected> kExpected = {
    {"new", "shop::Item", false, kText},
    {"array", "shop::Item", true, kText},
    {"nothrow", "shop::Item", false, kText},
    {"lines", "shop::Hidden", false, kText},
    {"local", "shop::Fill()::Local", false, kText},
    {"default argument", "shop::Row<int>", false, kText},
    {"own operator", "shop::Pooled", false, kText},
    {"", "shop::Box<shop::Item>::Lid", false, kText},
    {"", "double", false, kText},
    {"", "shop::Item", false, kText},
    {"vector", "shop::Item", true},
    {"string", "char", true},
    {"map", "std::_Rb_tree_node<std::pair<int const, shop::Item>>"},
    {"list", "std::_List_node<double>"},
    {"unique", "shop::Item"},
    {"unique array", "shop::Item", true},
    {"shared", "shop::Item (with its shared_ptr counts)"},
    {"function", "closure at program.cc"},
    {"any", "shop::Hidden"},
};

struct Build {
  const char* command;
  bool has_types = true;
};

const std::vector<Build> kBuilds = {
    {"g++ -std=c++17 -O0 -g"},         {"g++ -std=c++17 -O1 -g"},
    {"g++ -std=c++17 -O2 -g"},         {"g++ -std=c++17 -O2 -g -gdwarf-4 -gsplit-dwarf"},
    {"g++ -std=c++17 -O2 -g -flto"},   {"clang++ -std=c++17 -O0 -g"},
    {"clang++ -std=c++17 -O1 -g"},     {"clang++ -std=c++17 -O2 -g"},
    {"g++ -std=c++17 -O2 -g1", false},
};

class AllocationTypesOfPrograms : public ScratchBuild {
 protected:
  /// Files that were read, for all programs.
  std::vector<std::string> read_;

  AllocationTypes::ReadFile Reader() {
    return [this](const std::string& path) {
      read_.push_back(path);
      std::ifstream file(path);
      return std::string(std::istreambuf_iterator<char>(file), {});
    };
  }
};

std::string NameOf(TypeTable& types, const BlockType& block) {
  if (block.type == kNoType) return "none";
  std::string name = ShortTypeName(types.Info(block.type).name);
  // The line of a closure is that of its mark.
  if (name.starts_with("closure at ")) name = name.substr(0, name.find(':'));
  return name + (block.is_array ? "[]" : "");
}

TEST_F(AllocationTypesOfPrograms, AreFoundHoweverTheyAreBuilt) {
  Write("tracker.h", kTracker);
  Write("program.cc", kProgram);
  for (const Build& build : kBuilds) {
    SCOPED_TRACE(build.command);
    const std::string command = build.command;
    if (!Run("command -v " + command.substr(0, command.find(' ')) + " > /dev/null")) continue;
    ASSERT_TRUE(Run("rm -f *.dwo && " + command + " program.cc -o program"));
    const CapturedTrace trace = Capture("./program");
    ASSERT_EQ(trace.stacks.size(), kExpected.size());
    DebugNames names;
    ProgramModules modules(trace.modules, "", names);
    TypeTable types(names);
    read_.clear();
    AllocationTypes allocations(trace.stacks, modules, names, types, Reader());
    for (std::uint32_t i = 0; i < trace.stacks.size(); ++i) {
      const Expected& expected = kExpected[i];
      SCOPED_TRACE(testing::Message() << i << " " << expected.mark);
      const BlockType block = allocations.Of(i);
      if (build.has_types) {
        EXPECT_EQ(NameOf(types, block),
                  std::string(expected.type) + (expected.is_array ? "[]" : ""));
        EXPECT_EQ(block.source, expected.source);
      } else if (std::string(expected.mark) != "function" && std::string(expected.mark) != "any") {
        EXPECT_NE(block.type, kNoType);
      }
      if (*expected.mark != '\0') {
        EXPECT_EQ(allocations.PlaceOf(i),
                  "program.cc:" + std::to_string(LineOf(kProgram, expected.mark)));
      }
    }
    // The headers of the library say nothing that its functions' names do not.
    if (build.has_types) {
      EXPECT_EQ(read_, std::vector<std::string>{Path("program.cc")});
    }
  }
}

TEST_F(AllocationTypesOfPrograms, AStackThatIsNotKnownTellsNothing) {
  const std::vector<RecordedStack> stacks = {{}, {0, 0, {0x1000, 0x2000}}};
  DebugNames names;
  ProgramModules modules({}, "", names);
  TypeTable types(names);
  AllocationTypes allocations(stacks, modules, names, types, Reader());
  for (const std::uint32_t stack : {0u, 1u, 7u}) {
    EXPECT_EQ(allocations.Of(stack).type, kNoType);
    EXPECT_EQ(allocations.PlaceOf(stack), "");
  }
}

}  // namespace
}  // namespace memprof
