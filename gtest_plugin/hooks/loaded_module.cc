// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "gtest_plugin/hooks/loaded_module.h"

#include <string.h>

namespace memprof {
namespace {

using Symbol = ElfW(Sym);

bool Defines(const LoadedModule& module, uint32_t number, const char* name) {
  const Symbol& symbol = module.symbols[number];
  const unsigned type = symbol.st_info & 0xfu;
  return symbol.st_shndx != SHN_UNDEF && symbol.st_value != 0 &&
         (type == STT_FUNC || type == STT_NOTYPE) && strcmp(module.NameOf(symbol), name) == 0;
}

// The layout is the linker's own documentation: a header of four words, a Bloom filter of machine
// words, the buckets, and for each symbol from the first hashed one its hash, whose lowest bit ends
// a bucket.
uint32_t FindByGnuHash(const LoadedModule& module, const char* name) {
  uint32_t hash = 5381;
  for (const char* at = name; *at != '\0'; ++at) {
    hash = hash * 33 + static_cast<unsigned char>(*at);
  }
  const uint32_t bucket_count = module.gnu_hash[0];
  const uint32_t first = module.gnu_hash[1];
  if (bucket_count == 0) return 0;
  const uint32_t bloom_words = module.gnu_hash[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
  const uint32_t* const buckets = module.gnu_hash + 4 + bloom_words;
  const uint32_t* const hashes = buckets + bucket_count;
  uint32_t number = buckets[hash % bucket_count];
  if (number < first) return 0;
  for (;; ++number) {
    const uint32_t found = hashes[number - first];
    if ((found | 1u) == (hash | 1u) && Defines(module, number, name)) return number;
    if ((found & 1u) != 0) return 0;
  }
}

uint32_t FindBySysvHash(const LoadedModule& module, const char* name) {
  const uint32_t symbol_count = module.sysv_hash[1];
  for (uint32_t number = 1; number < symbol_count; ++number) {
    if (Defines(module, number, name)) return number;
  }
  return 0;
}

}  // namespace

uintptr_t LoadedModule::FindFunction(const char* name) const noexcept {
  uint32_t number = 0;
  if (gnu_hash != nullptr) {
    number = FindByGnuHash(*this, name);
  } else if (sysv_hash != nullptr) {
    number = FindBySysvHash(*this, name);
  }
  return number != 0 ? base + symbols[number].st_value : 0;
}

bool ReadModule(const dl_phdr_info& info, LoadedModule* module) noexcept {
  *module = {};
  module->base = info.dlpi_addr;
  module->begin = ~uintptr_t{0};
  const ElfW(Dyn)* dynamic = nullptr;
  bool is_writable = false;  // the kernel's library is not, and its addresses are not relocated
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = info.dlpi_phdr[i];
    const uintptr_t begin = info.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_DYNAMIC) dynamic = reinterpret_cast<const ElfW(Dyn)*>(begin);
    if (segment.p_type != PT_LOAD) continue;
    if (begin < module->begin) module->begin = begin;
    if (begin + segment.p_memsz > module->end) module->end = begin + segment.p_memsz;
    is_writable = is_writable || (segment.p_flags & PF_W) != 0;
  }
  if (dynamic == nullptr || !is_writable) return false;
  // The loader has put addresses where the file has offsets, but not on every machine.
  const auto address = [&](ElfW(Addr) value) {
    return value < module->base ? value + module->base : value;
  };
  for (; dynamic->d_tag != DT_NULL; ++dynamic) {
    const auto value = dynamic->d_un.d_val;
    switch (dynamic->d_tag) {
      case DT_SYMTAB:
        module->symbols = reinterpret_cast<const ElfW(Sym)*>(address(value));
        break;
      case DT_STRTAB:
        module->strings = reinterpret_cast<const char*>(address(value));
        break;
      case DT_JMPREL:
        module->plt_relocations = reinterpret_cast<const ElfW(Rela)*>(address(value));
        break;
      case DT_PLTRELSZ:
        module->plt_relocation_count = value / sizeof(ElfW(Rela));
        break;
      case DT_RELA:
        module->relocations = reinterpret_cast<const ElfW(Rela)*>(address(value));
        break;
      case DT_RELASZ:
        module->relocation_count = value / sizeof(ElfW(Rela));
        break;
      case DT_GNU_HASH:
        module->gnu_hash = reinterpret_cast<const uint32_t*>(address(value));
        break;
      case DT_HASH:
        module->sysv_hash = reinterpret_cast<const uint32_t*>(address(value));
        break;
      case DT_RUNPATH:
        module->has_runpath = true;
        break;
      case DT_RPATH:
        module->has_rpath = true;
        break;
      default:
        break;
    }
  }
  return module->symbols != nullptr && module->strings != nullptr;
}

}  // namespace memprof
