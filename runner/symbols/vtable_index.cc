// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/vtable_index.h"

#include <cxxabi.h>

#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "runner/symbols/demangled.h"
#include "runner/symbols/symbol_table.h"

namespace memprof {
namespace {

constexpr std::uint64_t kWord = 8;

/// Longer names of classes are damage, or no names.
constexpr std::uint64_t kLongestName = 16384;

bool IsRelative(int machine, std::uint64_t type) {
  return (machine == EM_X86_64 && type == R_X86_64_RELATIVE) ||
         (machine == EM_AARCH64 && type == R_AARCH64_RELATIVE);
}

bool IsAddressOfSymbol(int machine, std::uint64_t type) {
  return (machine == EM_X86_64 && type == R_X86_64_64) ||
         (machine == EM_AARCH64 && type == R_AARCH64_ABS64);
}

/// The class that a mangled type stands for: "N3app6WidgetE" is app::Widget.
std::string DemangledType(const std::string& mangled) {
  // Types in unnamed namespaces, which are equal by address alone, have a star in front.
  const char* name = mangled.c_str() + (mangled.starts_with('*') ? 1 : 0);
  // A class: a length and its name, a nested or local name, or one of namespace std.
  if (*name != 'N' && *name != 'Z' && *name != 'S' && *name != 'F' &&
      !std::isdigit(static_cast<unsigned char>(*name))) {
    return {};
  }
  int status = 0;
  char* demangled = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string text = status == 0 ? demangled : "";
  std::free(demangled);
  return text;
}

}  // namespace

VtableIndex::VtableIndex(ModuleFile& file) {
  Dwfl_Module* module = file.module();
  GElf_Addr bias = 0;
  elf_ = module != nullptr ? dwfl_module_getelf(module, &bias) : nullptr;
  if (elf_ == nullptr) return;
  ForEachSymbol(module, [&](const GElf_Sym& symbol, GElf_Addr address, const char* name) {
    if (std::strncmp(name, "_ZTV", 4) != 0) return;
    const std::uint64_t begin = address - bias;
    tables_.Add(begin, begin + symbol.st_size, name);
  });
  tables_.Sort();
}

std::string VtableIndex::ClassAt(std::uint64_t offset) {
  if (elf_ == nullptr || offset % kWord != 0 || offset < 2 * kWord) return {};
  // A table of a secondary base lies within the same symbol. It is 0 without a relocation.
  if (Word(offset - 2 * kWord) != 0) return {};
  if (const char* const* symbol = tables_.Find(offset - 2 * kWord)) {
    constexpr std::string_view kPrefix = "vtable for ";
    const std::string name = Demangled(*symbol);
    return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string();
  }
  return NameFromTypeInformation(offset);
}

std::string VtableIndex::NameFromTypeInformation(std::uint64_t offset) {
  const std::optional<std::uint64_t> information = Pointer(offset - kWord);
  if (!information || *information % kWord != 0) return {};
  // Type information is polymorphic itself: its first word is an address.
  if (!Pointer(*information)) return {};
  const std::optional<std::uint64_t> name = Pointer(*information + kWord);
  return name ? DemangledType(Text(*name)) : std::string();
}

std::optional<std::uint64_t> VtableIndex::Pointer(std::uint64_t offset) {
  ReadRelocations();
  const auto relocated = relocated_.find(offset);
  if (relocated != relocated_.end()) return relocated->second;
  // Not position independent, or packed relocations, whose addends are in their places.
  const std::optional<std::uint64_t> word = Word(offset);
  return word && *word != 0 ? word : std::nullopt;
}

void VtableIndex::ReadRelocations() {
  if (relocations_read_) return;
  relocations_read_ = true;
  GElf_Ehdr header;
  if (gelf_getehdr(elf_, &header) == nullptr) return;
  for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section)) != nullptr;) {
    GElf_Shdr shape;
    if (gelf_getshdr(section, &shape) == nullptr || shape.sh_type != SHT_RELA) continue;
    if ((shape.sh_flags & SHF_ALLOC) == 0 || shape.sh_entsize == 0) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    Elf_Scn* symbols = elf_getscn(elf_, shape.sh_link);
    Elf_Data* symbol_data = symbols != nullptr ? elf_getdata(symbols, nullptr) : nullptr;
    if (data == nullptr) continue;
    const std::uint64_t count = shape.sh_size / shape.sh_entsize;
    for (std::uint64_t i = 0; i < count; ++i) {
      GElf_Rela entry;
      if (gelf_getrela(data, static_cast<int>(i), &entry) == nullptr) break;
      const std::uint64_t type = GELF_R_TYPE(entry.r_info);
      const auto addend = static_cast<std::uint64_t>(entry.r_addend);
      if (IsRelative(header.e_machine, type)) {
        relocated_[entry.r_offset] = addend;
      } else if (IsAddressOfSymbol(header.e_machine, type)) {
        GElf_Sym symbol = {};
        if (symbol_data != nullptr) {
          gelf_getsym(symbol_data, static_cast<int>(GELF_R_SYM(entry.r_info)), &symbol);
        }
        // Of another library's symbol it is only known that there is an address.
        relocated_[entry.r_offset] = symbol.st_value + addend;
      }
    }
  }
}

std::string_view VtableIndex::BytesFrom(std::uint64_t offset) const {
  std::size_t count = 0, size = 0;
  const char* file = elf_rawfile(elf_, &size);
  if (file == nullptr || elf_getphdrnum(elf_, &count) != 0) return {};
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf_, static_cast<int>(i), &segment) == nullptr) break;
    if (segment.p_type != PT_LOAD || offset < segment.p_vaddr) continue;
    const std::uint64_t within = offset - segment.p_vaddr;
    if (within >= segment.p_filesz) continue;
    // Files may be cut off.
    if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset) return {};
    return {file + segment.p_offset + within, segment.p_filesz - within};
  }
  return {};
}

std::optional<std::uint64_t> VtableIndex::Word(std::uint64_t offset) const {
  const std::string_view bytes = BytesFrom(offset);
  if (bytes.size() < kWord) return {};
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), sizeof word);
  return word;
}

std::string VtableIndex::Text(std::uint64_t offset) const {
  const std::string_view bytes = BytesFrom(offset).substr(0, kLongestName);
  return std::string(bytes.substr(0, bytes.find('\0')));
}

}  // namespace memprof
