// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/elf_file.h"

#include <elf.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/unit/parse/fixture_file.h"

namespace memprof {
namespace {

namespace fs = std::filesystem;

/// Builds `source` as a program with the compiler of these tests; empty where that fails, as
/// -static and -m32 do without their libraries.
std::string Build(const std::string& flags, const std::string& source = "int main() {}") {
  const fs::path directory = fs::temp_directory_path() / fmt::format("memprof-elf-{}", getpid());
  fs::create_directories(directory);
  std::ofstream(directory / "a.cc") << source;
  const std::string command = fmt::format("cd '{}' && '{}' a.cc -o a {} > log 2>&1",
                                          directory.string(), MEMPROF_TEST_CXX, flags);
  std::string bytes;
  if (std::system(command.c_str()) == 0) {
    std::ifstream file(directory / "a", std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  fs::remove_all(directory);
  return bytes;
}

bool Needs(const ElfFile& elf, const std::string& prefix) {
  return std::any_of(elf.needed.begin(), elf.needed.end(),
                     [&](const std::string& library) { return library.starts_with(prefix); });
}

constexpr const char* kWithSymbol =
    "extern \"C\" __attribute__((weak)) int memprof_probe_claim(int);\n"
    "const volatile char text[] = \"gtest_list_tests\";\n"
    "int main() { return memprof_probe_claim ? memprof_probe_claim(1) : text[0]; }";

TEST(ElfFile, ADynamicProgramNamesItsLoaderItsLibrariesAndItsSymbols) {
  for (const char* flags : {"", "-no-pie", "-s", "-Wl,--gc-sections -Wl,-z,noseparate-code"}) {
    const std::string bytes = Build(flags, kWithSymbol);
    ASSERT_NE(bytes, "") << flags;
    const Result<ElfFile> elf = ParseElf(bytes);
    ASSERT_TRUE(elf.ok()) << elf.error().message;
    EXPECT_EQ(elf->bits, static_cast<int>(8 * sizeof(void*)));
    EXPECT_EQ(elf->interpreter.front(), '/') << flags;
    EXPECT_TRUE(Needs(*elf, "libc.so")) << flags;
    EXPECT_TRUE(elf->NamesSymbol("memprof_probe_claim")) << flags;
    EXPECT_FALSE(elf->NamesSymbol("probe_claim")) << flags;
    EXPECT_FALSE(elf->NamesSymbol("memprof_probe")) << flags;
    EXPECT_TRUE(LoadedPartsHold(bytes, *elf, "gtest_list_tests")) << flags;
  }
}

TEST(ElfFile, DebugInformationIsNoLoadedPart) {
  const std::string bytes = Build("-g",
                                  "int main() { /* a name of its own */ struct OnlyInDebug "
                                  "{ int x; } a = {1}; return a.x; }");
  const Result<ElfFile> elf = ParseElf(bytes);
  ASSERT_TRUE(elf.ok());
  EXPECT_NE(bytes.find("OnlyInDebug"), std::string::npos);
  EXPECT_FALSE(LoadedPartsHold(bytes, *elf, "OnlyInDebug"));
}

TEST(ElfFile, AStaticProgramHasNoLoader) {
  for (const char* flags : {"-static", "-static-pie"}) {
    const std::string bytes = Build(flags);
    if (bytes.empty()) GTEST_SKIP() << "no static libc here";
    const Result<ElfFile> elf = ParseElf(bytes);
    ASSERT_TRUE(elf.ok()) << elf.error().message;
    EXPECT_EQ(elf->interpreter, "") << flags;
    EXPECT_TRUE(elf->needed.empty()) << flags;
  }
}

TEST(ElfFile, A32BitProgramIsKnownAsSuch) {
  const std::string built = Build("-m32 -nostdlib -static", "extern \"C\" void _start() {}");
  if (!built.empty()) {
    const Result<ElfFile> elf = ParseElf(built);
    ASSERT_TRUE(elf.ok()) << elf.error().message;
    EXPECT_EQ(elf->bits, 32);
    EXPECT_EQ(elf->machine, EM_386);
  }
  Elf32_Ehdr header = {};
  std::copy_n(ELFMAG, SELFMAG, header.e_ident);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_machine = EM_ARM;
  const Result<ElfFile> elf = ParseElf({reinterpret_cast<const char*>(&header), sizeof(header)});
  ASSERT_TRUE(elf.ok()) << elf.error().message;
  EXPECT_EQ(elf->bits, 32);
  EXPECT_EQ(elf->machine, EM_ARM);
}

TEST(ElfFile, OtherFilesAreNone) {
  for (const char* text : {"", "#!/bin/sh\n",
                           "\x7f"
                           "EL",
                           "plain text"}) {
    const Result<ElfFile> elf = ParseElf(text);
    ASSERT_FALSE(elf.ok());
    EXPECT_EQ(elf.error().kind, ErrorKind::kUnsupported);
  }
  EXPECT_EQ(ParseElf("\x7f"
                     "ELF")
                .error()
                .kind,
            ErrorKind::kDamaged);
}

TEST(ElfFile, DamagedFilesAreReadOrRefusedAndNothingElse) {
  const std::string bytes = Build("-s", kWithSymbol);
  ASSERT_NE(bytes, "");
  ForEachDamage(bytes, [](std::string_view damaged) {
    const Result<ElfFile> elf = ParseElf(damaged);
    if (elf) (void)LoadedPartsHold(damaged, *elf, "gtest_list_tests");
  });
}

}  // namespace
}  // namespace memprof
