// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PARSE_ELF_FILE_H_
#define MEMPROF_RUNNER_PARSE_ELF_FILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace memprof {

/// A part of an ELF file that the loader maps.
struct ElfSegment {
  std::uint64_t address = 0;  ///< the ELF file's own
  std::size_t offset = 0;     ///< in the file
  std::size_t bytes = 0;      ///< in the file
};

/// What a program's file tells of how it will be loaded. Read from its program headers alone, for
/// `strip` leaves those.
struct ElfFile {
  int bits = 64;
  bool little_endian = true;
  std::uint16_t machine = 0;  ///< EM_X86_64, …
  std::string interpreter;    ///< its loader; without one it is static, and no library is loaded
  std::uint64_t frame_table = 0;  ///< address of .eh_frame_hdr; 0: there is none
  std::vector<std::string> needed;
  std::vector<ElfSegment> segments;
  std::string dynamic_names;  ///< of symbols and libraries, each between two NULs

  /// Whether a symbol of that name is defined or asked for.
  bool NamesSymbol(std::string_view symbol) const;
};

/// Whether bytes begin as an ELF file does.
bool IsElf(std::string_view bytes);

/// A file of the other byte order is read no further than that. Errors: kUnsupported when it is no
/// ELF file; kDamaged when its
/// headers point outside of it.
Result<ElfFile> ParseElf(std::string_view bytes);

/// The bytes at an address of the loaded program, as far as its segment goes; nothing where the
/// file has none there.
std::optional<std::string_view> BytesAt(std::string_view bytes, const ElfFile& elf,
                                        std::uint64_t address);

/// Whether the loaded parts hold `text`. Debug information, most of a test binary, is not looked
/// at.
bool LoadedPartsHold(std::string_view bytes, const ElfFile& elf, std::string_view text);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PARSE_ELF_FILE_H_
