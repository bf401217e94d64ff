// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/elf_names.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "gtest_plugin/tracker/code_places.h"

extern "C" __attribute__((noinline)) std::uintptr_t ElfNamesTestFunction() {
  return reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
}

namespace memprof {
namespace {

/// An ELF file of one section of symbols, "first" at [100, 110) and "second" at [200, 250).
std::vector<unsigned char> SmallFile() {
  constexpr char kNames[] = "\0first\0second";
  Elf64_Sym symbols[2] = {};
  symbols[0].st_name = 1;
  symbols[1].st_name = 7;
  symbols[0].st_value = 100;
  symbols[0].st_size = 10;
  symbols[1].st_value = 200;
  symbols[1].st_size = 50;
  for (Elf64_Sym& symbol : symbols) {
    symbol.st_info = STT_FUNC;
    symbol.st_shndx = 1;
  }
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 2;
  header.e_shoff = sizeof(header);
  Elf64_Shdr sections[2] = {};
  sections[0].sh_type = SHT_SYMTAB;
  sections[0].sh_link = 1;
  sections[0].sh_offset = sizeof(header) + sizeof(sections);
  sections[0].sh_size = sizeof(symbols);
  sections[1].sh_type = SHT_STRTAB;
  sections[1].sh_offset = sections[0].sh_offset + sizeof(symbols);
  sections[1].sh_size = sizeof(kNames);
  std::vector<unsigned char> file;
  const auto append = [&file](const void* bytes, std::size_t size) {
    const auto* const begin = static_cast<const unsigned char*>(bytes);
    file.insert(file.end(), begin, begin + size);
  };
  append(&header, sizeof(header));
  append(sections, sizeof(sections));
  append(symbols, sizeof(symbols));
  append(kNames, sizeof(kNames));
  return file;
}

TEST(ElfNames, AFunctionReachesFromItsValueToItsSize) {
  const std::vector<unsigned char> file = SmallFile();
  const ElfNames names(file.data(), file.size());
  EXPECT_EQ(names.FunctionAt(99), nullptr);
  EXPECT_STREQ(names.FunctionAt(100), "first");
  EXPECT_STREQ(names.FunctionAt(109), "first");
  EXPECT_EQ(names.FunctionAt(110), nullptr);
  EXPECT_STREQ(names.FunctionAt(249), "second");
}

TEST(ElfNames, AFileThatEndsTooSoonHasNoNames) {
  const std::vector<unsigned char> file = SmallFile();
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::vector<unsigned char> cut(file.begin(), file.begin() + static_cast<long>(size));
    EXPECT_EQ(ElfNames(cut.data(), cut.size()).FunctionAt(100), nullptr) << size;
  }
}

TEST(ElfNames, DamageNeverLeadsOutOfTheFile) {
  const std::vector<unsigned char> file = SmallFile();
  for (std::size_t at = 0; at < file.size(); ++at) {
    for (const int value : {0x00, 0x7f, 0x80, 0xff}) {
      std::vector<unsigned char> damaged = file;
      damaged[at] = static_cast<unsigned char>(value);
      const char* const name = ElfNames(damaged.data(), damaged.size()).FunctionAt(100);
      if (name == nullptr) continue;
      const auto* const first = reinterpret_cast<const unsigned char*>(name);
      EXPECT_GE(first, damaged.data());
      EXPECT_LT(first + std::strlen(name), damaged.data() + damaged.size());
    }
  }
}

TEST(CodePlaces, AFunctionOfTheExecutableHasItsNameAndModule) {
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(&ElfNamesTestFunction) + 1;
  char text[8192];
  const std::size_t length = DescribeCode(&address, 1, text, sizeof(text));
  EXPECT_EQ(length, std::strlen(text));
  EXPECT_EQ(std::string(text).find("ElfNamesTestFunction /"), 0u) << text;
  EXPECT_NE(std::string(text).find("memprof_hook_tests+0x"), std::string::npos) << text;
}

TEST(CodePlaces, TextIsCutWhereItsRoomEndsAndTheWholeLengthTold) {
  const std::uintptr_t address = 1;
  char text[6];
  EXPECT_EQ(DescribeCode(&address, 1, text, sizeof(text)), std::strlen("?? ??+0x0\n"));
  EXPECT_STREQ(text, "?? ??");
  EXPECT_EQ(DescribeCode(&address, 1, nullptr, 0), std::strlen("?? ??+0x0\n"));
}

}  // namespace
}  // namespace memprof
