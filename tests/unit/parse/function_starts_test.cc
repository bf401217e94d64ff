// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/function_starts.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace memprof {
namespace {

void Put(std::string* bytes, std::size_t at, std::int32_t word) {
  for (int i = 0; i < 4; ++i) (*bytes)[at + i] = static_cast<char>(word >> (8 * i));
}

//     0x10  push %rbp; mov %rsp,%rbp          0x20  endbr64, then the same
//     0x30  sub $8,%rsp                       0x80  .eh_frame_hdr with three entries
std::string ThreeFunctions() {
  std::string bytes(0x100, '\0');
  bytes.replace(0x10, 4, "\x55\x48\x89\xe5");
  bytes.replace(0x20, 8, "\xf3\x0f\x1e\xfa\x55\x48\x89\xe5");
  bytes.replace(0x30, 4, "\x48\x83\xec\x08");
  bytes.replace(0x80, 4, "\x01\x1b\x03\x3b");
  Put(&bytes, 0x88, 3);
  Put(&bytes, 0x8c, 0x10 - 0x80);
  Put(&bytes, 0x94, 0x20 - 0x80);
  Put(&bytes, 0x9c, 0x30 - 0x80);
  return bytes;
}

ElfFile Loaded(const std::string& bytes) {
  ElfFile elf;
  elf.frame_table = 0x80;
  elf.segments = {{0, 0, bytes.size()}};
  return elf;
}

TEST(FunctionStarts, CountsThoseThatKeepAFramePointer) {
  const std::string bytes = ThreeFunctions();
  const FunctionStarts starts = LookAtFunctionStarts(bytes, Loaded(bytes));
  EXPECT_EQ(starts.with_frame_information, 3);
  EXPECT_EQ(starts.looked_at, 3);
  EXPECT_EQ(starts.with_frame_pointer, 2);
}

TEST(FunctionStarts, ClaimsNoMoreThanTheFileHas) {
  std::string bytes = ThreeFunctions();
  Put(&bytes, 0x88, 0x7fffffff);
  EXPECT_EQ(LookAtFunctionStarts(bytes, Loaded(bytes)).with_frame_information, (0x100 - 0x8c) / 8);
  Put(&bytes, 0x88, -1);
  EXPECT_EQ(LookAtFunctionStarts(bytes, Loaded(bytes)).with_frame_information, 0);
  Put(&bytes, 0x88, 3);
  Put(&bytes, 0x8c, 0x7fffffff);  // outside
  EXPECT_EQ(LookAtFunctionStarts(bytes, Loaded(bytes)).looked_at, 2);
  bytes.resize(0x86);
  EXPECT_EQ(LookAtFunctionStarts(bytes, Loaded(bytes)).with_frame_information, 0);
}

TEST(FunctionStarts, KnowsNothingOfAFileWithoutTheTable) {
  const std::string bytes = ThreeFunctions();
  ElfFile elf = Loaded(bytes);
  elf.frame_table = 0;
  EXPECT_EQ(LookAtFunctionStarts(bytes, elf).with_frame_information, 0);
}

}  // namespace
}  // namespace memprof
