// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/elf_file.h"
#include "tests/fuzz/fuzz_parser.h"

namespace memprof {

/// A file that is said to be a test binary.
MEMPROF_FUZZ(elf_file) {
  const Result<ElfFile> elf = ParseElf(input);
  if (!elf) {
    MEMPROF_FUZZ_EXPECT(elf.error().kind == ErrorKind::kDamaged ||
                        elf.error().kind == ErrorKind::kUnsupported);
    MEMPROF_FUZZ_EXPECT(!elf.error().message.empty());
    return;
  }
  MEMPROF_FUZZ_EXPECT(elf->bits == 32 || elf->bits == 64);
  for (const ElfSegment& segment : elf->segments) {
    MEMPROF_FUZZ_EXPECT(segment.offset <= input.size());
    MEMPROF_FUZZ_EXPECT(segment.bytes <= input.size() - segment.offset);
  }
  LoadedPartsHold(input, *elf, "gtest_list_tests");
  elf->NamesSymbol("malloc");
}

}  // namespace memprof
