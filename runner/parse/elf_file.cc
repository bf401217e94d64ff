// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/elf_file.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace memprof {
namespace {

template <class T>
bool ReadAt(std::string_view bytes, std::uint64_t offset, T* value) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  std::memcpy(value, bytes.data() + offset, sizeof(T));
  return true;
}

Error Damaged(const char* what) {
  return Error{ErrorKind::kDamaged, std::string("the ELF file is damaged: ") + what,
               "build it again"};
}

template <class Dyn>
bool ReadDynamic(std::string_view bytes, std::string_view table, ElfFile* elf) {
  std::vector<std::uint64_t> needed;
  std::uint64_t names_at = 0;
  std::uint64_t names_size = 0;
  Dyn entry;
  for (std::size_t at = 0; ReadAt(table, at, &entry) && entry.d_tag != DT_NULL; at += sizeof(Dyn)) {
    if (entry.d_tag == DT_NEEDED) needed.push_back(entry.d_un.d_val);
    if (entry.d_tag == DT_STRTAB) names_at = entry.d_un.d_ptr;
    if (entry.d_tag == DT_STRSZ) names_size = entry.d_un.d_val;
  }
  if (names_at == 0) return needed.empty();
  const std::optional<std::string_view> names = BytesAt(bytes, *elf, names_at);
  if (!names || names->size() < names_size) return false;
  elf->dynamic_names = names->substr(0, names_size);
  for (const std::uint64_t offset : needed) {
    if (offset >= names_size) return false;
    elf->needed.emplace_back(elf->dynamic_names.c_str() + offset);
  }
  return true;
}

template <class Ehdr, class Phdr, class Dyn>
Result<ElfFile> ParseAs(std::string_view bytes, ElfFile elf) {
  Ehdr header;
  if (!ReadAt(bytes, 0, &header)) return Damaged("its header is cut off");
  elf.machine = header.e_machine;
  std::optional<std::string_view> dynamic;
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Phdr segment;
    const std::uint64_t at = header.e_phoff + std::uint64_t{i} * header.e_phentsize;
    if (!ReadAt(bytes, at, &segment)) return Damaged("its program headers are cut off");
    if (segment.p_type == PT_GNU_EH_FRAME) elf.frame_table = segment.p_vaddr;
    if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC && segment.p_type != PT_INTERP) {
      continue;
    }
    if (segment.p_offset > bytes.size() || segment.p_filesz > bytes.size() - segment.p_offset) {
      return Damaged("a segment lies outside of the file");
    }
    const std::string_view part = bytes.substr(segment.p_offset, segment.p_filesz);
    if (segment.p_type == PT_DYNAMIC) {
      dynamic = part;
    } else if (segment.p_type == PT_INTERP) {
      elf.interpreter = part.substr(0, part.find('\0'));
    } else {
      elf.segments.push_back({segment.p_vaddr, static_cast<std::size_t>(segment.p_offset),
                              static_cast<std::size_t>(segment.p_filesz)});
    }
  }
  if (dynamic && !ReadDynamic<Dyn>(bytes, *dynamic, &elf)) {
    return Damaged("its dynamic section contradicts its segments");
  }
  return elf;
}

}  // namespace

bool ElfFile::NamesSymbol(std::string_view symbol) const {
  // A longer name may end like it: it must stand between two NULs.
  return dynamic_names.find('\0' + std::string(symbol) + '\0') != std::string::npos;
}

bool IsElf(std::string_view bytes) { return bytes.substr(0, SELFMAG) == ELFMAG; }

Result<ElfFile> ParseElf(std::string_view bytes) {
  if (!IsElf(bytes)) {
    return Error{ErrorKind::kUnsupported, "it is no ELF file: its first bytes are others", ""};
  }
  if (bytes.size() < EI_NIDENT) return Damaged("its header is cut off");
  ElfFile elf;
  elf.bits = bytes[EI_CLASS] == ELFCLASS32 ? 32 : 64;
  elf.little_endian = bytes[EI_DATA] == ELFDATA2LSB;
  if (!elf.little_endian) return elf;  // of another machine: no more is asked of it
  return elf.bits == 32 ? ParseAs<Elf32_Ehdr, Elf32_Phdr, Elf32_Dyn>(bytes, std::move(elf))
                        : ParseAs<Elf64_Ehdr, Elf64_Phdr, Elf64_Dyn>(bytes, std::move(elf));
}

std::optional<std::string_view> BytesAt(std::string_view bytes, const ElfFile& elf,
                                        std::uint64_t address) {
  for (const ElfSegment& segment : elf.segments) {
    if (address < segment.address || address - segment.address >= segment.bytes) continue;
    const std::size_t skipped = address - segment.address;
    return bytes.substr(segment.offset + skipped, segment.bytes - skipped);
  }
  return std::nullopt;
}

bool LoadedPartsHold(std::string_view bytes, const ElfFile& elf, std::string_view text) {
  return std::any_of(elf.segments.begin(), elf.segments.end(), [&](const ElfSegment& segment) {
    const std::string_view part = bytes.substr(segment.offset, segment.bytes);
    return memmem(part.data(), part.size(), text.data(), text.size()) != nullptr;
  });
}

}  // namespace memprof
