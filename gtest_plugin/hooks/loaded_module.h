// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_GTEST_PLUGIN_HOOKS_LOADED_MODULE_H_
#define MEMPROF_GTEST_PLUGIN_HOOKS_LOADED_MODULE_H_

#include <link.h>
#include <stddef.h>
#include <stdint.h>

namespace memprof {

/// The executable or a shared library, by its dynamic section (System V ABI, chapter 5). It must
/// stay loaded: read it within a callback of dl_iterate_phdr.
struct LoadedModule {
  uintptr_t base;
  uintptr_t begin;  ///< of its loaded segments
  uintptr_t end;
  const ElfW(Sym) * symbols;
  const char* strings;
  const ElfW(Rela) * plt_relocations;
  size_t plt_relocation_count;
  const ElfW(Rela) * relocations;
  size_t relocation_count;
  const uint32_t* gnu_hash;
  const uint32_t* sysv_hash;
  bool has_runpath;
  bool has_rpath;

  bool Holds(uintptr_t address) const noexcept { return address >= begin && address < end; }
  const char* NameOf(const ElfW(Sym) & symbol) const noexcept { return strings + symbol.st_name; }

  /// The definition of a function that others may use; 0 when there is none here, or it is chosen
  /// when the program runs (STT_GNU_IFUNC).
  uintptr_t FindFunction(const char* name) const noexcept;
};

/// False for what has no dynamic section, and for the kernel's own library.
bool ReadModule(const dl_phdr_info& info, LoadedModule* module) noexcept;

}  // namespace memprof

#endif  // MEMPROF_GTEST_PLUGIN_HOOKS_LOADED_MODULE_H_
