// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/variable_index.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "runner/symbols/stack_variables.h"
#include "runner/symbols/type_spelling.h"
#include "tests/unit/symbols/scratch_places.h"

namespace memprof {
namespace {

using Storage = Variable::Storage;

constexpr char kProgram[] = R"cc(
#include <map>
#include <string>
#include <vector>
#include "places.h"

  struct Point {
    int x, y;
  };
  namespace app {
  std::map<int, std::string> sessions;  // sessions
  Point table[4];                       // table
  namespace {
  std::vector<Point*> hidden;  // hidden
  }
  struct Session {
    static int count;
    static inline std::vector<int> ids;  // ids
  };
  int Session::count = 3;
  template <class T>
  struct Registry {
    static std::vector<T> items;
  };
  template <class T>
  std::vector<T> Registry<T>::items;
  inline std::vector<int>& Intern(int) {
    static std::vector<int> seen;  // seen
    return seen;
  }
  template <class T>
  std::vector<T>& Cached() {
    static std::vector<T> cache;  // cache
    return cache;
  }
  thread_local std::vector<int> buffer;  // buffer
  thread_local int first = 1;            // first
  std::vector<int>& Scratch() {
    static thread_local std::vector<int> scratch;  // scratch
    return scratch;
  }
  union Either {
    int number;
    char* text;
  };
  Either either;  // either
  }               // namespace app
  extern "C" {
  int c_counter = 1;  // c_counter
  }
  static int file_counter = 2;  // file_counter

  __attribute__((noinline)) void Frame(std::vector<int> parameter) {
    std::vector<int> local(3);  // local
    ON_STACK("local", (char*)&local + 8);
    {
      Point inner[2] = {};  // inner
      ON_STACK("inner", &inner[1]);
    }
    ON_STACK("parameter", &parameter);
  }
  __attribute__((always_inline)) inline void Inlined() {
    Point deep = {1, 2};  // deep
    ON_STACK("deep", &deep);
  }
  __attribute__((noinline)) void Host() {
    Inlined();
    KEEP;
  }

  int main() {
    const auto lambda = [] {
      static std::vector<int> in_lambda;  // in_lambda
      return &in_lambda;
    };
    DATA("sessions", &app::sessions);
    DATA("table", &app::table[2].y);
    DATA("hidden", &app::hidden);
    DATA("count", &app::Session::count);
    DATA("ids", &app::Session::ids);
    DATA("items", &app::Registry<Point>::items);
    DATA("seen", &app::Intern(1));
    DATA("cache", &app::Cached<int>());
    DATA("in_lambda", lambda());
    DATA("either", &app::either);
    DATA("c_counter", &c_counter);
    DATA("file_counter", &file_counter);
    THREAD_LOCAL("buffer", &app::buffer);
    THREAD_LOCAL("first", &app::first);
    THREAD_LOCAL("scratch", &app::Scratch());
    Frame({1, 2});
    Host();
    PrintModules();
  }
)cc";

struct Expected {
  const char* place;  ///< as the program prints it
  Storage storage;
  const char* name;
  const char* function;  ///< nullptr: not looked at
  const char* type;
  std::uint64_t offset = 0;
  bool has_line = true;
};

constexpr char kInts[] = "std::vector<int, std::allocator<int> >";
constexpr char kPoints[] = "std::vector<Point, std::allocator<Point> >";
constexpr char kPointers[] = "std::vector<Point*, std::allocator<Point*> >";

const std::vector<Expected> kStatic = {
    {"sessions", Storage::kGlobal, "app::sessions", "", nullptr},
    {"table", Storage::kGlobal, "app::table", "", "Point[4]", 20},
    {"hidden", Storage::kGlobal, "app::(anonymous namespace)::hidden", "", kPointers},
    // Clang has the line of a static member's declaration, GCC that of its definition.
    {"count", Storage::kClassStatic, "app::Session::count", "", "int", 0, false},
    {"ids", Storage::kClassStatic, "app::Session::ids", "", kInts},
    {"items", Storage::kClassStatic, "app::Registry<Point>::items", "", kPoints, 0, false},
    {"seen", Storage::kFunctionStatic, "seen", "app::Intern()", kInts},
    {"cache", Storage::kFunctionStatic, "cache", "app::Cached<int>()", kInts},
    {"in_lambda", Storage::kFunctionStatic, "in_lambda", nullptr, kInts},
    {"either", Storage::kGlobal, "app::either", "", "app::Either"},
    {"c_counter", Storage::kGlobal, "c_counter", "", "int"},
    {"file_counter", Storage::kGlobal, "file_counter", "", "int"},
};

const std::vector<Expected> kThreadLocals = {
    {"buffer", Storage::kThreadLocal, "app::buffer", "", kInts},
    {"first", Storage::kThreadLocal, "app::first", "", "int"},
    {"scratch", Storage::kThreadLocal, "scratch", "app::Scratch()", kInts},
};

const std::vector<Expected> kOnStack = {
    {"local", Storage::kStack, "local", "Frame()", kInts, 8},
    {"inner", Storage::kStack, "inner", "Frame()", "Point[2]", 8},
    {"deep", Storage::kStack, "deep", "Inlined()", "Point"},
};

/// The debug information of `program`, as tests use it.
struct Opened {
  explicit Opened(const std::string& path, ModuleDetail detail = ModuleDetail::kDebugInformation)
      : file(path, detail),
        types(names),
        index(file, names, types, variables),
        stack(file, names, types, variables) {
    if (Dwarf* debug = file.Debug()) names.Add(debug);
  }
  ModuleFile file;
  DebugNames names;
  TypeTable types{names};
  VariableTable variables;
  VariableIndex index;
  StackVariables stack;
};

class VariableIndexTest : public ScratchPlaces {
 protected:
  void SetUp() override {
    ScratchPlaces::SetUp();
    Write("program.cc", kProgram);
  }

  void Check(const Expected& expected, const std::optional<VariablePlace>& place, Opened& opened,
             bool has_types = true) const {
    SCOPED_TRACE(expected.place);
    ASSERT_TRUE(place);
    const Variable& variable = opened.variables[place->variable];
    EXPECT_EQ(variable.storage, expected.storage);
    EXPECT_EQ(variable.name, expected.name);
    EXPECT_EQ(variable.module, opened.file.path());
    EXPECT_EQ(place->offset, expected.offset);
    if (expected.function != nullptr) {
      EXPECT_EQ(variable.function, expected.function);
    }
    if (!has_types) return;
    const TypeInfo& type = opened.types.Info(variable.type);
    if (expected.type != nullptr) {
      EXPECT_EQ(NormalizedTypeName(type.name), NormalizedTypeName(expected.type));
    }
    EXPECT_EQ(variable.bytes, type.bytes);
    EXPECT_GT(variable.bytes, 0u);
    if (!expected.has_line) return;
    EXPECT_EQ(variable.file, Path("program.cc"));
    EXPECT_EQ(variable.line, LineOf(kProgram, expected.place));
  }
};

const std::vector<std::string> kCommands = {
    "g++ -O0 -g",
    "g++ -O2 -g",
    "g++ -O2 -g -no-pie -fno-pie",
    "g++ -O2 -gdwarf-4",
    "g++ -O0 -g -gsplit-dwarf",
    "g++ -O2 -gdwarf-4 -gsplit-dwarf",
    "g++ -O2 -g -fdebug-types-section",
    "g++ -O2 -g -flto",
    "clang++ -O0 -g -std=c++20",
    "clang++ -O2 -g -std=c++20",
    "clang++ -O2 -gdwarf-4 -std=c++20",
    "clang++ -O2 -g -gsplit-dwarf -std=c++20",
};

TEST_F(VariableIndexTest, KnowsVariablesHoweverTheyAreCompiled) {
  for (const std::string& command : kCommands) {
    SCOPED_TRACE(command);
    if (!HasCompiler(command)) continue;
    ASSERT_TRUE(Run("rm -f program *.dwo && " + command + " program.cc -o program"));
    const CapturedPlaces printed = RunPlaces("./program");
    Opened opened(Path("program"));
    const std::uint64_t bias = printed.trace.modules.at(0).bias;
    for (const Expected& row : kStatic) {
      Check(row, opened.index.DataAt(printed.places.at(row.place) - bias), opened);
    }
    for (const Expected& row : kThreadLocals) {
      Check(row, opened.index.ThreadLocalAt(printed.places.at(row.place)), opened);
    }
    for (const Expected& row : kOnStack) {
      const auto call = printed.captured.at(row.place).addresses.at(0) - 1 - bias;
      const auto from_cfa = static_cast<std::int64_t>(printed.places.at(row.place));
      Check(row, opened.stack.At(call, from_cfa), opened);
    }
    // Asked for twice it is one variable.
    const std::uint64_t table = printed.places.at("table") - bias;
    EXPECT_EQ(opened.index.DataAt(table)->variable, opened.index.DataAt(table - 20)->variable);
    EXPECT_EQ(opened.index.DataAt(table - 20)->offset, 0u);
  }
}

TEST_F(VariableIndexTest, ALambdaIsNamedByItsPlace) {
  for (const char* command : {"g++ -O0 -g", "g++ -O2 -g", "clang++ -O0 -g -std=c++20"}) {
    if (!HasCompiler(command)) continue;
    ASSERT_TRUE(Run(std::string(command) + " program.cc -o program"));
    const CapturedPlaces printed = RunPlaces("./program");
    Opened opened(Path("program"));
    const auto place =
        opened.index.DataAt(printed.places.at("in_lambda") - printed.trace.modules.at(0).bias);
    ASSERT_TRUE(place);
    const int line = LineOf(kProgram, "in_lambda") - 1;
    EXPECT_EQ(opened.variables[place->variable].function,
              "main()::lambda at program.cc:" + std::to_string(line));
  }
}

TEST_F(VariableIndexTest, WithoutDebugInformationTheSymbolNamesIt) {
  for (const char* command :
       {"g++ -O2", "g++ -O2 -g1", "g++ -O2 -g && strip -g program", "clang++ -O2 -g1 -std=c++20"}) {
    SCOPED_TRACE(command);
    if (!HasCompiler(command)) continue;
    const std::string text = command;
    const auto space = text.find(' ');
    ASSERT_TRUE(Run(text.substr(0, space) + " program.cc -o program" + text.substr(space)));
    const CapturedPlaces printed = RunPlaces("./program");
    Opened opened(Path("program"));
    const std::uint64_t bias = printed.trace.modules.at(0).bias;
    for (Expected row : kStatic) {
      // A symbol does not tell a class from a namespace.
      if (row.storage == Storage::kClassStatic) row.storage = Storage::kGlobal;
      const auto place = opened.index.DataAt(printed.places.at(row.place) - bias);
      Check(row, place, opened, false);
      if (place && text.find("-g1") == std::string::npos) {
        EXPECT_EQ(opened.variables[place->variable].type, kNoType);
      }
    }
    for (const Expected& row : kThreadLocals) {
      Check(row, opened.index.ThreadLocalAt(printed.places.at(row.place)), opened, false);
    }
    const auto call = printed.captured.at("local").addresses.at(0) - 1 - bias;
    const auto frame = opened.stack.At(call, -8);
    ASSERT_TRUE(frame);
    EXPECT_EQ(opened.variables[frame->variable].function, "Frame()");
    EXPECT_EQ(opened.variables[frame->variable].name, "");
  }
}

TEST_F(VariableIndexTest, WhatNoVariableCoversIsNone) {
  ASSERT_TRUE(Run("g++ -O0 -g program.cc -o program"));
  const CapturedPlaces printed = RunPlaces("./program");
  Opened opened(Path("program"));
  const std::uint64_t bias = printed.trace.modules.at(0).bias;
  EXPECT_FALSE(opened.index.DataAt(0));
  EXPECT_FALSE(opened.index.DataAt(1ull << 40));
  EXPECT_FALSE(opened.index.ThreadLocalAt(1 << 20));
  // The guard of a function's static variable.
  const std::string guard = Output("nm program | grep ' _ZGVZN3app6InternEiE4seen$'");
  ASSERT_FALSE(guard.empty());
  EXPECT_FALSE(opened.index.DataAt(std::stoull(guard, nullptr, 16)));
  const auto call = printed.captured.at("local").addresses.at(0) - 1 - bias;
  const auto frame = opened.stack.At(call, -100000);
  ASSERT_TRUE(frame);
  EXPECT_EQ(opened.variables[frame->variable].name, "");
  EXPECT_EQ(opened.variables[frame->variable].function, "Frame()");
  EXPECT_FALSE(opened.stack.At(1ull << 40, 0));
}

TEST_F(VariableIndexTest, AFileThatIsNoProgramHasNone) {
  Write("text", "not a program");
  Opened opened(Path("text"));
  EXPECT_FALSE(opened.index.DataAt(64));
  EXPECT_FALSE(opened.index.ThreadLocalAt(0));
  EXPECT_FALSE(opened.stack.At(64, 0));
}

}  // namespace
}  // namespace memprof
