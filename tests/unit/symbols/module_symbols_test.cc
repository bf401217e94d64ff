// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/module_symbols.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/unit/symbols/own_code.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// A directory that goes with the test.
class ModuleFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "/symbolsXXXXXX";
    ASSERT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string Path(const std::string& name) const { return (directory_ / name).string(); }

  bool Run(const std::string& command) const {
    return std::system(("cd '" + directory_.string() + "' && " + command).c_str()) == 0;
  }

  fs::path directory_;
};

[[gnu::noinline]] OwnCall CallOfAnInlinedFunction() { return InlinedWhere(); }
constexpr int kLineOfInlinedCall = __LINE__ - 1;

TEST(ModuleSymbols, NamesATemplatesMethodAtItsLine) {
  const OwnCall call = Box<int>::Where();
  const Stack stack = ModuleSymbols(OwnProgram()).Resolve(call.offset);
  ASSERT_EQ(stack.size(), 1u);
  EXPECT_EQ(stack[0].function, "memprof::Box<int>::Where()");
  EXPECT_TRUE(stack[0].file.starts_with('/')) << stack[0].file;
  EXPECT_TRUE(stack[0].file.ends_with("/tests/unit/symbols/own_code.h")) << stack[0].file;
  EXPECT_EQ(stack[0].line, call.line);
  EXPECT_EQ(stack[0].module, OwnProgram());
  EXPECT_EQ(stack[0].module_offset, call.offset);
}

TEST(ModuleSymbols, InlinedFunctionComesBeforeTheOneThatItIsIn) {
  const OwnCall call = CallOfAnInlinedFunction();
  const Stack stack = ModuleSymbols(OwnProgram()).Resolve(call.offset);
  ASSERT_EQ(stack.size(), 2u);
  EXPECT_EQ(stack[0].function, "memprof::InlinedWhere()");
  EXPECT_TRUE(stack[0].file.ends_with("/tests/unit/symbols/own_code.h")) << stack[0].file;
  EXPECT_EQ(stack[0].line, call.line);
  EXPECT_EQ(stack[1].function, "memprof::(anonymous namespace)::CallOfAnInlinedFunction()");
  EXPECT_TRUE(stack[1].file.ends_with("/module_symbols_test.cc")) << stack[1].file;
  EXPECT_EQ(stack[1].line, kLineOfInlinedCall);
}

TEST(ModuleSymbols, WhatALambdaInlinesIsFoundWithinItsFunction) {
  const OwnCall call = [] { return InlinedWhere(); }();
  const Stack stack = ModuleSymbols(OwnProgram()).Resolve(call.offset);
  ASSERT_GE(stack.size(), 2u);
  EXPECT_EQ(stack[0].function, "memprof::InlinedWhere()");
  EXPECT_EQ(stack[0].line, call.line);
  EXPECT_TRUE(stack[1].file.ends_with("/module_symbols_test.cc")) << stack[1].file;
}

TEST(ModuleSymbols, AddressWithoutCodeIsUnknown) {
  ModuleSymbols symbols(OwnProgram());
  for (const std::uint64_t offset :
       {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX / 2, UINT64_MAX}) {
    EXPECT_TRUE(symbols.Resolve(offset).empty()) << offset;
  }
}

TEST(ModuleSymbols, FunctionsOfSystemLibrariesHaveTheNamesThatPeopleUse) {
  struct Row {
    const char* symbol;
    const char* name;
  };
  for (const Row& row : std::vector<Row>{
           {"fopen", "fopen"},        // _IO_fopen, fopen64
           {"strdup", "strdup"},      // __strdup
           {"realpath", "realpath"},  // two versions of it
           {"qsort", "qsort"},
           {"_ZNSt13runtime_errorD1Ev", "std::runtime_error::~runtime_error()"},  // D2
       }) {
    void* const function = dlsym(RTLD_DEFAULT, row.symbol);
    ASSERT_NE(function, nullptr) << row.symbol;
    Dl_info info;
    link_map* module = nullptr;
    ASSERT_NE(dladdr1(function, &info, reinterpret_cast<void**>(&module), RTLD_DL_LINKMAP), 0);
    const std::uint64_t offset = reinterpret_cast<std::uintptr_t>(function) - module->l_addr;
    ModuleSymbols symbols(module->l_name, ModuleDetail::kSymbolTable);
    EXPECT_EQ(symbols.FunctionAt(offset), row.name);
    EXPECT_EQ(symbols.FunctionAt(offset + 1), row.name);
    EXPECT_TRUE(symbols.Resolve(offset).empty()) << row.name;
  }
  EXPECT_EQ(ModuleSymbols(OwnProgram(), ModuleDetail::kSymbolTable).FunctionAt(1), "");
}

TEST_F(ModuleFile, StrippedIsUnknownUntilItsDebugLinkIsThere) {
  const OwnCall call = Box<int>::Where();
  const std::string program = "'" + OwnProgram() + "'";
  ASSERT_TRUE(Run("strip -o stripped " + program));
  EXPECT_TRUE(ModuleSymbols(Path("stripped")).Resolve(call.offset).empty());

  ASSERT_TRUE(Run("objcopy --only-keep-debug " + program + " linked.debug"));
  ASSERT_TRUE(Run("objcopy --add-gnu-debuglink=linked.debug stripped linked"));
  const Stack stack = ModuleSymbols(Path("linked")).Resolve(call.offset);
  ASSERT_EQ(stack.size(), 1u);
  EXPECT_EQ(stack[0].line, call.line);
}

TEST_F(ModuleFile, WhatIsNoProgramIsUnknown) {
  std::ofstream(Path("empty"));
  std::ofstream(Path("text")) << "int main() {}\n";
  std::ofstream(Path("magic")) << "\177ELF";
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  for (const char* name : {"missing", ".", "empty", "text", "magic", "pipe"}) {
    EXPECT_TRUE(ModuleSymbols(Path(name)).Resolve(1).empty()) << name;
  }
  EXPECT_TRUE(ModuleSymbols("").Resolve(1).empty());
}

TEST_F(ModuleFile, CutAnywhereIsUnknownOrRight) {
  const OwnCall call = Box<int>::Where();
  const std::string path = Path("cut");
  fs::copy_file(OwnProgram(), path);
  for (int parts = 16; parts-- > 0;) {
    fs::resize_file(path, fs::file_size(OwnProgram()) / 16 * static_cast<unsigned>(parts));
    const Stack stack = ModuleSymbols(path).Resolve(call.offset);
    const bool unknown = stack.empty() || stack[0].line == 0;
    EXPECT_TRUE(unknown || stack[0].line == call.line) << parts;
  }
}

}  // namespace
}  // namespace memprof
