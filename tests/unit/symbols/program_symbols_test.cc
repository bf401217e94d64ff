// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/program_symbols.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "tests/unit/symbols/scratch_places.h"

namespace memprof {
namespace {

constexpr char kHost[] = R"cc(
#include <dlfcn.h>
#include <stdlib.h>
#include "places.h"
  struct Shape {
    virtual ~Shape() {}
    int area = 0;
  };
  struct Entry {
    int key;
    long value;
  };
  Entry table[3];             // table
  thread_local long counted;  // counted
  Shape* shape;
  __attribute__((noinline)) void Frame() {
    Entry entry = {1, 2};
    ON_STACK("entry", &entry.value);
  }
  __attribute__((noinline)) void Make() {
    shape = new Shape;
    Capture();
    KEEP;
  }
  int main(int, char** arguments) {
    DATA("table", &table[1].value);
    THREAD_LOCAL("counted", &counted);
    DATA("stdout", stdout);
    Frame();
    printf("place shape 0\n");
    Make();
    DATA("vtable", *(void**)shape);
    void* plugin = dlopen(arguments[1], RTLD_NOW);
    DATA("in_plugin", reinterpret_cast<void* (*)()>(dlsym(plugin, "Place"))());
    PrintModules();
  }
)cc";

constexpr char kPlugin[] = R"cc(
  namespace plugin {
  struct Cache {
    long hits;
    char* text;
  } NAME;
  }  // namespace plugin
  extern "C" void* Place() { return &plugin::NAME.text; }
)cc";

class ProgramSymbolsTest : public ScratchPlaces {
 protected:
  void SetUp() override {
    ScratchPlaces::SetUp();
    Write("host.cc", kHost);
    Write("plugin.cc", kPlugin);
    ASSERT_TRUE(Run("g++ -O0 -g host.cc -o host"));
    ASSERT_TRUE(Build("plugin.so", "cache"));
    printed_ = RunPlaces("./host '" + Path("plugin.so") + "'");
    trace_.modules = printed_.trace.modules;
    trace_.stacks = {RecordedStack(), printed_.captured.at("shape")};
  }

  bool Build(const std::string& file, const std::string& name) const {
    return Run("g++ -g -O0 -shared -fPIC -DNAME=" + name + " plugin.cc -o " + file);
  }

  ProgramSymbols Symbols(std::uint32_t epoch = 0) const { return {trace_, epoch, {}}; }

  RecordedModule& ModuleOf(const std::string& file) {
    for (RecordedModule& module : trace_.modules) {
      if (module.path == Path(file)) return module;
    }
    ADD_FAILURE() << file;
    return trace_.modules.at(0);
  }

  std::uint64_t Place(const char* name) const { return printed_.places.at(name); }

  CapturedPlaces printed_;
  RecordedTrace trace_;
};

TEST_F(ProgramSymbolsTest, AnAddressIsAPlaceInAVariable) {
  ProgramSymbols symbols = Symbols();
  const auto table = symbols.DataAt(Place("table"));
  ASSERT_TRUE(table);
  EXPECT_EQ(table->offset, 24u);
  const Variable& variable = symbols.VariableOf(table->variable);
  EXPECT_EQ(variable.name, "table");
  EXPECT_EQ(variable.module, Path("host"));
  EXPECT_EQ(variable.file, Path("host.cc"));
  EXPECT_EQ(variable.line, LineOf(kHost, "table"));
  const TypeInfo& type = symbols.Type(variable.type);
  EXPECT_EQ(type.kind, TypeInfo::Kind::kArray);
  EXPECT_EQ(symbols.Type(type.target).members.size(), 2u);

  const auto in_plugin = symbols.DataAt(Place("in_plugin"));
  ASSERT_TRUE(in_plugin);
  EXPECT_EQ(in_plugin->offset, 8u);
  EXPECT_NE(in_plugin->variable, table->variable);
  EXPECT_EQ(symbols.VariableOf(in_plugin->variable).name, "plugin::cache");
  EXPECT_EQ(symbols.VariableOf(in_plugin->variable).module, Path("plugin.so"));
}

TEST_F(ProgramSymbolsTest, AThreadLocalIsFoundByItsModule) {
  ProgramSymbols symbols = Symbols();
  const auto place = symbols.ThreadLocalAt(ModuleOf("host").begin, Place("counted"));
  ASSERT_TRUE(place);
  const Variable& variable = symbols.VariableOf(place->variable);
  EXPECT_EQ(variable.name, "counted");
  EXPECT_EQ(variable.storage, Variable::Storage::kThreadLocal);
  EXPECT_EQ(variable.line, LineOf(kHost, "counted"));
  EXPECT_FALSE(symbols.ThreadLocalAt(ModuleOf("plugin.so").begin, Place("counted")));
  EXPECT_FALSE(symbols.ThreadLocalAt(ModuleOf("host").begin + 1, Place("counted")));
}

TEST_F(ProgramSymbolsTest, AStackPlaceIsTheCallersLocalVariable) {
  ProgramSymbols symbols = Symbols();
  const std::uint64_t return_address = printed_.captured.at("entry").addresses.at(0);
  const auto offset = static_cast<std::int64_t>(Place("entry"));
  const auto place = symbols.StackAt(return_address, true, offset);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->offset, 8u);
  EXPECT_EQ(symbols.VariableOf(place->variable).name, "entry");
  EXPECT_EQ(symbols.VariableOf(place->variable).function, "Frame()");
  EXPECT_EQ(symbols.StackAt(return_address - 1, false, offset)->variable, place->variable);
  EXPECT_FALSE(symbols.StackAt(16, true, offset));
}

TEST_F(ProgramSymbolsTest, SystemLibrariesHaveTheirSymbols) {
  ProgramSymbols symbols = Symbols();
  const auto place = symbols.DataAt(Place("stdout"));
  ASSERT_TRUE(place);
  EXPECT_EQ(symbols.VariableOf(place->variable).name, "_IO_2_1_stdout_");
  EXPECT_EQ(symbols.VariableOf(place->variable).type, kNoType);
  EXPECT_NE(symbols.VariableOf(place->variable).module.find("libc.so"), std::string::npos);
}

TEST_F(ProgramSymbolsTest, BlocksHaveTheTypeOfTheirVirtualTable) {
  ProgramSymbols symbols = Symbols();
  const TypeId shape = symbols.TypeOfVirtualTable(Place("vtable"));
  EXPECT_EQ(symbols.Type(shape).name, "Shape");
  EXPECT_EQ(symbols.Type(shape).members.size(), 1u);
  EXPECT_EQ(symbols.TypeOfVirtualTable(Place("table")), kNoType);
  EXPECT_TRUE(symbols.PlaceOf(1).starts_with("host.cc:")) << symbols.PlaceOf(1);
}

TEST_F(ProgramSymbolsTest, TheEpochTellsWhichModuleIsMeant) {
  ASSERT_TRUE(Build("other.so", "other"));
  RecordedModule& first = ModuleOf("plugin.so");
  first.last_epoch = 3;
  RecordedModule second = first;
  second.path = Path("other.so");
  second.first_epoch = 5;
  second.last_epoch = 6;
  for (const RecordedModule& module : Capture("./host '" + Path("other.so") + "'").modules) {
    if (module.path == Path("other.so")) second.build_id = module.build_id;
  }
  trace_.modules.push_back(second);
  ProgramSymbols symbols = Symbols(3);
  const auto in_first = symbols.DataAt(Place("in_plugin"));
  ASSERT_TRUE(in_first);
  symbols.UseEpoch(4);
  EXPECT_FALSE(symbols.DataAt(Place("in_plugin")));
  symbols.UseEpoch(5);
  const auto in_second = symbols.DataAt(Place("in_plugin"));
  ASSERT_TRUE(in_second);
  EXPECT_EQ(symbols.VariableOf(in_first->variable).name, "plugin::cache");
  EXPECT_EQ(symbols.VariableOf(in_second->variable).name, "plugin::other");
  // One type, though of two modules.
  EXPECT_EQ(symbols.VariableOf(in_first->variable).type,
            symbols.VariableOf(in_second->variable).type);
}

TEST_F(ProgramSymbolsTest, AFileThatChangedOrWentTellsNothing) {
  ASSERT_TRUE(Build("plugin.so", "changed"));
  EXPECT_FALSE(Symbols().DataAt(Place("in_plugin")));
  EXPECT_TRUE(Symbols().DataAt(Place("table")));
  std::filesystem::remove(Path("host"));
  ProgramSymbols symbols = Symbols();
  EXPECT_FALSE(symbols.DataAt(Place("table")));
  EXPECT_FALSE(symbols.ThreadLocalAt(ModuleOf("host").begin, Place("counted")));
  EXPECT_FALSE(symbols.StackAt(printed_.captured.at("entry").addresses.at(0), true, -8));
  EXPECT_FALSE(symbols.DataAt(0));
}

/// How the program may be when it is looked at, and what is still known of the global variable.
struct Remains {
  const char* command;
  const char* variable;  ///< empty: nothing
  bool has_type;
};

constexpr Remains kRemains[] = {
    {"g++ -O0 -g host.cc -o host", "table", true},
    {"g++ -O0 -g host.cc -o host && strip -g host", "table", false},
    {"g++ -O0 -g host.cc -o host && strip host", "", false},
    {"g++ -O0 -g1 host.cc -o host", "table", false},
    {"g++ -O0 -g -gsplit-dwarf -o host host.cc", "table", true},
    {"g++ -O0 -g -gsplit-dwarf -o host host.cc && rm -f *.dwo", "table", false},
    {"g++ -O0 -g -gsplit-dwarf -o host host.cc && for f in *.dwo; do : > $f; done", "table", false},
    {"g++ -O0 -g -gz host.cc -o host", "table", true},
};

TEST_F(ProgramSymbolsTest, WhatIsLeftOfAProgramIsTold) {
  for (const Remains& remains : kRemains) {
    SCOPED_TRACE(remains.command);
    ASSERT_TRUE(Run("rm -f *.dwo && " + std::string(remains.command)));
    printed_ = RunPlaces("./host '" + Path("plugin.so") + "'");
    trace_.modules = printed_.trace.modules;
    trace_.stacks = {RecordedStack(), printed_.captured.at("shape")};
    ProgramSymbols symbols = Symbols();
    const auto table = symbols.DataAt(Place("table"));
    ASSERT_EQ(table.has_value(), *remains.variable != '\0');
    if (table) {
      const Variable& variable = symbols.VariableOf(table->variable);
      EXPECT_EQ(variable.name, remains.variable);
      EXPECT_EQ(variable.type != kNoType, remains.has_type);
      EXPECT_EQ(table->offset, 24u);
    }
    // A class with a virtual table has its name in the program itself.
    EXPECT_EQ(symbols.Type(symbols.TypeOfVirtualTable(Place("vtable"))).name, "Shape");
    const RecordedStack& stack = printed_.captured.at("entry");
    const auto local =
        symbols.StackAt(stack.addresses.at(0), true, static_cast<std::int64_t>(Place("entry")));
    if (local && !remains.has_type) {
      EXPECT_EQ(symbols.VariableOf(local->variable).type, kNoType);
    }
    EXPECT_FALSE(symbols.DataAt(1));
    symbols.AllocatedBy(1);
    symbols.PlaceOf(1);
  }
}

/// As when the program is being linked again just now.
TEST_F(ProgramSymbolsTest, AFileThatIsCutAnywhereIsUnknownOrRight) {
  const auto size = std::filesystem::file_size(Path("host"));
  for (std::uintmax_t part = 16; part-- > 0;) {
    SCOPED_TRACE(part);
    std::filesystem::resize_file(Path("host"), size * part / 16);
    ProgramSymbols symbols = Symbols();
    const auto table = symbols.DataAt(Place("table"));
    if (table) {
      EXPECT_EQ(symbols.VariableOf(table->variable).name, "table");
    }
    const TypeId shape = symbols.TypeOfVirtualTable(Place("vtable"));
    if (shape != kNoType) {
      EXPECT_EQ(symbols.Type(shape).name, "Shape");
    }
    symbols.StackAt(printed_.captured.at("entry").addresses.at(0), true, -8);
    symbols.AllocatedBy(1);
    symbols.PlaceOf(1);
  }
}

TEST_F(ProgramSymbolsTest, PathsAreMapped) {
  const std::string here = directory_.string();
  ProgramSymbols::Options options;
  options.map_path = [&here](const std::string& path) {
    return path.starts_with(here) ? "/elsewhere" + path.substr(here.size()) : path;
  };
  ProgramSymbols symbols(trace_, 0, options);
  const auto table = symbols.DataAt(Place("table"));
  ASSERT_TRUE(table);
  EXPECT_EQ(symbols.VariableOf(table->variable).file, "/elsewhere/host.cc");
}

}  // namespace
}  // namespace memprof
