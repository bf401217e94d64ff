// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/tracker/elf_names.h"

#include <elf.h>
#include <link.h>
#include <string.h>

namespace memprof {
namespace {

// The bytes need not be aligned.
template <class T>
T At(const unsigned char* bytes, uint64_t offset) {
  T value;
  memcpy(&value, bytes + offset, sizeof(value));
  return value;
}

}  // namespace

ElfNames::ElfNames(const unsigned char* bytes, size_t size) noexcept : bytes_(bytes), size_(size) {
  using Header = ElfW(Ehdr);
  using Section = ElfW(Shdr);
  if (!Holds(0, sizeof(Header)) || memcmp(bytes, ELFMAG, SELFMAG) != 0) return;
  const Header header = At<Header>(bytes, 0);
  if (header.e_shentsize != sizeof(Section)) return;
  if (!Holds(header.e_shoff, uint64_t{header.e_shnum} * sizeof(Section))) return;
  const auto section = [&](uint64_t i) {
    return At<Section>(bytes_, header.e_shoff + i * sizeof(Section));
  };
  for (uint64_t i = 0; i < header.e_shnum; ++i) {
    const Section table = section(i);
    const bool is_full = table.sh_type == SHT_SYMTAB;
    if (!is_full && (table.sh_type != SHT_DYNSYM || symbol_count_ != 0)) continue;
    if (table.sh_link >= header.e_shnum || !Holds(table.sh_offset, table.sh_size)) continue;
    const Section strings = section(table.sh_link);
    if (strings.sh_type != SHT_STRTAB || !Holds(strings.sh_offset, strings.sh_size)) continue;
    symbols_ = table.sh_offset;
    symbol_count_ = table.sh_size / sizeof(ElfW(Sym));
    names_ = strings.sh_offset;
    names_bytes_ = strings.sh_size;
    if (is_full) return;
  }
}

const char* ElfNames::FunctionAt(uint64_t address) const noexcept {
  for (uint64_t i = 0; i < symbol_count_; ++i) {
    const auto symbol = At<ElfW(Sym)>(bytes_, symbols_ + i * sizeof(ElfW(Sym)));
    const unsigned type = symbol.st_info & 0xf;
    if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF) continue;
    if (address < symbol.st_value || address - symbol.st_value >= symbol.st_size) continue;
    if (symbol.st_name >= names_bytes_) continue;
    const char* const name = reinterpret_cast<const char*>(bytes_ + names_ + symbol.st_name);
    if (*name == '\0' || memchr(name, '\0', names_bytes_ - symbol.st_name) == nullptr) continue;
    return name;
  }
  return nullptr;
}

}  // namespace memprof
