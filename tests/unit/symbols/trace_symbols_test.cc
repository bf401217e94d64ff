// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/trace_symbols.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/symbols/own_code.h"
#include "tests/unit/symbols/scratch_build.h"
#include "tests/unit/symbols/scratch_program.h"

namespace memprof {
namespace {

constexpr char kPlugin[] = R"cc(
  extern "C" void Capture();
  extern "C" __attribute__((noinline)) void NAME() {
    Capture();  // call
    asm volatile("");
  }
)cc";

constexpr char kHost[] = R"cc(
#include <dlfcn.h>
#include "tracker.h"
  int main(int, char** arguments) {
    void* plugin = dlopen(arguments[1], RTLD_NOW);
    reinterpret_cast<void (*)()>(dlsym(plugin, arguments[2]))();
    PrintModules();
  }
)cc";

/// A program that captures a stack in a plug-in.
class TracedPlugin : public ScratchBuild {
 protected:
  void SetUp() override {
    ScratchBuild::SetUp();
    Write("tracker.h", kTracker);
    Write("host.cc", kHost);
    Write("plugin.cc", kPlugin);
    ASSERT_TRUE(Run("g++ -g -rdynamic host.cc -o host"));
    ASSERT_TRUE(Build("plugin.so", "Call"));
  }

  /// `flags` go to the compiler.
  bool Build(const std::string& file, const std::string& function,
             const std::string& flags = "-g") const {
    return Run("g++ -shared -fPIC -DNAME=" + function + " plugin.cc -o " + file + " " + flags);
  }

  CapturedTrace CaptureIn(const std::string& file, const std::string& function = "Call") const {
    return Capture("./host '" + Path(file) + "' " + function);
  }

  RecordedModule& ModuleOf(CapturedTrace& trace, const std::string& file) const {
    for (RecordedModule& module : trace.modules) {
      if (module.path == Path(file)) return module;
    }
    ADD_FAILURE() << file;
    return trace.modules.at(0);
  }
};

/// Puts `module` elsewhere in the process, as if it had been loaded at another address.
void Move(RecordedModule& module, std::uint64_t distance) {
  module.bias += distance;
  module.begin += distance;
  module.end += distance;
}

TEST_F(TracedPlugin, TheFirstAddressIsAReturnAddressToo) {
  const CapturedTrace trace = CaptureIn("plugin.so");
  ASSERT_EQ(trace.stacks.size(), 1u);
  TraceSymbols symbols(trace.modules);
  const Stack stack = symbols.Resolve(trace.stacks[0]);
  ASSERT_GE(stack.size(), 2u);
  EXPECT_EQ(stack[0].function, "Call");
  EXPECT_EQ(stack[0].file, Path("plugin.cc"));
  EXPECT_EQ(stack[0].line, LineOf(kPlugin, "call"));
  EXPECT_EQ(stack[0].module, Path("plugin.so"));
  EXPECT_EQ(stack[1].function, "main");
  EXPECT_EQ(symbols.Gaps(), std::vector<std::string>());
  EXPECT_EQ(symbols.Resolve(trace.stacks[0]), stack);
}

TEST_F(TracedPlugin, TheEpochTellsWhichOfThoseAtOneAddressItWas) {
  ASSERT_TRUE(Build("other.so", "OtherCall"));
  CapturedTrace trace = CaptureIn("plugin.so");
  CapturedTrace other = CaptureIn("other.so", "OtherCall");
  RecordedModule first = ModuleOf(trace, "plugin.so");
  RecordedModule second = ModuleOf(other, "other.so");
  const std::uint64_t in_first = trace.stacks[0].addresses[0] - first.bias;
  const std::uint64_t in_second = other.stacks[0].addresses[0] - second.bias;
  constexpr std::uint64_t kBase = 0x7000000000;
  Move(first, kBase - first.bias);
  Move(second, kBase - second.bias);
  first.last_epoch = 1;
  second.first_epoch = 3;
  RecordedModule again = first;
  again.first_epoch = 7;
  again.last_epoch = 8;
  second.last_epoch = 6;
  TraceSymbols symbols({second, again, first});
  struct Row {
    std::uint32_t epoch;
    std::uint64_t offset;
    const char* function;
  };
  for (const Row& row : std::vector<Row>{{0, in_first, "Call"},
                                         {1, in_first, "Call"},
                                         {2, in_first, ""},
                                         {3, in_second, "OtherCall"},
                                         {6, in_second, "OtherCall"},
                                         {7, in_first, "Call"},
                                         {8, in_first, "Call"},
                                         {9, in_first, ""}}) {
    const Stack stack = symbols.Resolve({row.epoch, 0, {kBase + row.offset}});
    ASSERT_EQ(stack.size(), 1u);
    EXPECT_EQ(stack[0].function, row.function) << row.epoch;
    EXPECT_EQ(stack[0].module.empty(), *row.function == '\0') << row.epoch;
  }
}

TEST_F(TracedPlugin, AFileThatIsNotTheOneThatRanNamesNothing) {
  struct Row {
    const char* what;
    std::string change;  ///< of plugin.so
    const char* flags;
    const char* gap;
  };
  const std::string rebuild = "sed -i 's/asm/Capture(); asm/' plugin.cc && ";
  const std::string compile = "g++ -g -shared -fPIC -DNAME=Call plugin.cc -o plugin.so";
  for (const Row& row : std::vector<Row>{
           {"rebuilt", rebuild + compile, "-g", "was rebuilt since the run: its build id is "},
           {"stripped of its build id", compile + " -Wl,--build-id=none", "-g",
            "its build id is none"},
           {"given a build id", compile, "-g -Wl,--build-id=none", "was rebuilt since the run"},
           {"without ids, grown",
            "echo 'char large[300000];' >> plugin.cc && " + compile + " -Wl,--build-id=none",
            "-g -Wl,--build-id=none", "was rebuilt since the run"},
           {"deleted", "rm plugin.so", "-g", "is no longer there"},
           {"overwritten", "echo text > plugin.so", "-g", "cannot be read"},
           {"emptied", ": > plugin.so", "-g", "cannot be read"},
           {"a directory now", "rm plugin.so && mkdir plugin.so", "-g", "cannot be read"},
       }) {
    SCOPED_TRACE(row.what);
    ASSERT_TRUE(Run("rm -rf plugin.so"));
    Write("plugin.cc", kPlugin);
    ASSERT_TRUE(Build("plugin.so", "Call", row.flags));
    CapturedTrace trace = CaptureIn("plugin.so");
    ASSERT_EQ(trace.stacks.size(), 1u);
    EXPECT_EQ(TraceSymbols(trace.modules).Resolve(trace.stacks[0])[0].function, "Call");
    ASSERT_TRUE(Run(row.change));

    TraceSymbols symbols(trace.modules);
    const Stack stack = symbols.Resolve(trace.stacks[0]);
    const std::uint64_t offset =
        trace.stacks[0].addresses[0] - 1 - ModuleOf(trace, "plugin.so").bias;
    EXPECT_EQ(stack[0], (Frame{"", "", 0, Path("plugin.so"), offset}));
    EXPECT_EQ(stack[1].function, "main");
    symbols.Resolve(trace.stacks[0]);
    symbols.Resolve({0, 0, {trace.stacks[0].addresses[0] + 1}});
    ASSERT_EQ(symbols.Gaps().size(), 1u);
    EXPECT_TRUE(symbols.Gaps()[0].starts_with(Path("plugin.so"))) << symbols.Gaps()[0];
    EXPECT_NE(symbols.Gaps()[0].find(row.gap), std::string::npos) << symbols.Gaps()[0];
  }
}

TEST_F(TracedPlugin, WithoutDebugInformationTheSymbolTableNamesTheFunctionAndAGapSaysSo) {
  struct Row {
    const char* what;
    const char* flags;
    const char* change;
    const char* function;
    const char* gap;
  };
  Write("none.map", "{ local: *; };");
  for (const Row& row : std::vector<Row>{
           {"stripped", "-g", "strip plugin.so", "Call", "plugin.so has no debug information"},
           {"built without -g", "", "true", "Call", "plugin.so has no debug information"},
           {"stripped, nothing exported", "-g -Wl,--version-script=none.map", "strip plugin.so", "",
            "plugin.so has no debug information"},
           {"split, and a part lost", "-g -gsplit-dwarf", "rm *.dwo", "Call",
            ".dwo files of it are missing"},
       }) {
    SCOPED_TRACE(row.what);
    const std::string build_id = " -Wl,--build-id=0x12345678";
    ASSERT_TRUE(Build("plugin.so", "Call", "-g" + build_id));
    CapturedTrace trace = CaptureIn("plugin.so");
    ASSERT_EQ(trace.stacks.size(), 1u);
    ASSERT_TRUE(Build("plugin.so", "Call", row.flags + build_id));
    ASSERT_TRUE(Run(row.change));
    TraceSymbols symbols(trace.modules);
    const Stack stack = symbols.Resolve(trace.stacks[0]);
    EXPECT_EQ(stack[0].function, row.function);
    EXPECT_EQ(stack[0].module, Path("plugin.so"));
    EXPECT_GT(stack[0].module_offset, 0u);
    ASSERT_EQ(symbols.Gaps().size(), 1u);
    EXPECT_NE(symbols.Gaps()[0].find(row.gap), std::string::npos) << symbols.Gaps()[0];
  }
}

TEST_F(TracedPlugin, ARelativePathIsLookedUpWhereTheProcessBegan) {
  ASSERT_TRUE(Run("mkdir sub && mv plugin.so sub && cp sub/plugin.so beside.so"));
  CapturedTrace trace = Capture("cd sub && ../host ./plugin.so Call");
  ASSERT_EQ(trace.stacks.size(), 1u);
  TraceSymbols there(trace.modules, Path("sub"));
  EXPECT_EQ(there.Resolve(trace.stacks[0])[0].function, "Call");
  EXPECT_EQ(there.Resolve(trace.stacks[0])[0].module, Path("sub/plugin.so"));

  TraceSymbols elsewhere(trace.modules, Path("elsewhere"));
  EXPECT_EQ(elsewhere.Resolve(trace.stacks[0])[0].function, "");
  ASSERT_EQ(elsewhere.Gaps().size(), 1u);
  EXPECT_TRUE(elsewhere.Gaps()[0].starts_with("./plugin.so is no longer there"));

  ASSERT_TRUE(Run("mv beside.so plugin.so"));
  EXPECT_EQ(TraceSymbols(trace.modules, Path("elsewhere")).Resolve(trace.stacks[0])[0].module,
            Path("plugin.so"));
}

TEST_F(TracedPlugin, AModuleThatNobodyAsksForIsNoGap) {
  const CapturedTrace trace = CaptureIn("plugin.so");
  ASSERT_TRUE(Run("rm plugin.so"));
  TraceSymbols symbols(trace.modules);
  RecordedStack stack = trace.stacks[0];
  stack.addresses.erase(stack.addresses.begin());
  EXPECT_EQ(symbols.Resolve(stack)[0].function, "main");
  EXPECT_TRUE(symbols.Gaps().empty());
}

/// Sets a variable of the environment for its own life.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), /*overwrite=*/1);
  }
  ~ScopedVariable() { unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

TEST_F(TracedPlugin, DebuginfodIsAskedOfTheUsersModulesAlone) {
  ASSERT_TRUE(Run("mkdir server && strip plugin.so"));
  const CapturedTrace trace = CaptureIn("plugin.so");
  ASSERT_EQ(trace.stacks.size(), 1u);
  const RecordedStack& all = trace.stacks[0];
  const ScopedVariable urls("DEBUGINFOD_URLS", "file://" + Path("server"));
  const ScopedVariable cache("DEBUGINFOD_CACHE_PATH", Path("cache"));
  TraceSymbols symbols(trace.modules);
  bool found = false;
  for (std::size_t i = 1; i < all.addresses.size(); ++i) {
    const Stack stack = symbols.Resolve({all.epoch, 0, {all.addresses[i]}});
    found = found || stack[0].module.find("libc.so") != std::string::npos;
  }
  EXPECT_TRUE(found);
  EXPECT_FALSE(std::filesystem::exists(Path("cache")));
  symbols.Resolve({all.epoch, 0, {all.addresses[0]}});
  if (!std::filesystem::exists(Path("cache"))) GTEST_SKIP() << "libdebuginfod is not installed";
}

TEST(TraceSymbols, CodeInNoModuleHasAnEmptyFrame) {
  RecordedModule module;
  module.path = OwnProgram();
  module.begin = 0x1000;
  module.end = 0x2000;
  TraceSymbols symbols({module});
  // Return addresses: the call before 0x1000 is not in the module, that before 0x2000 is.
  const Stack stack = symbols.Resolve({0, 0, {0x1000, 0x2001, 0, UINT64_MAX, 0x2000}});
  ASSERT_EQ(stack.size(), 5u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(stack[i], Frame{}) << i;
  EXPECT_EQ(stack[4].module, OwnProgram());
  EXPECT_EQ(stack[4].module_offset, 0x1fffu);
  EXPECT_TRUE(TraceSymbols({}).Resolve({0, 0, {1, 2}}) == Stack(2));
  EXPECT_TRUE(TraceSymbols({}).Resolve({}).empty());
}

}  // namespace
}  // namespace memprof
