// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_SYMBOL_TABLE_H_
#define MEMPROF_RUNNER_SYMBOLS_SYMBOL_TABLE_H_

#include <elfutils/libdwfl.h>

#include <cstdint>

#include "runner/symbols/address_ranges.h"

namespace memprof {

/// Calls `visit(symbol, address, name)` for each symbol that the module defines and that has a
/// name. `address` is as libdwfl counts them; `name` lives as long as the module. `module` may be
/// null. May look for the module's debug information.
template <class Visit>
void ForEachSymbol(Dwfl_Module* module, const Visit& visit) {
  const int count = module != nullptr ? dwfl_module_getsymtab(module) : 0;
  for (int i = 1; i < count; ++i) {
    GElf_Sym symbol;
    GElf_Addr address = 0;
    const char* name =
        dwfl_module_getsym_info(module, i, &symbol, &address, nullptr, nullptr, nullptr);
    if (name == nullptr || *name == '\0' || symbol.st_shndx == SHN_UNDEF) continue;
    visit(static_cast<const GElf_Sym&>(symbol), address, name);
  }
}

/// The functions in an ELF file's symbol table: .symtab, else .dynsym, with .gnu_debugdata where
/// libdwfl reads it. It exists because `dwfl_module_addrname` goes through the whole table at each
/// call, and because it also gives the nearest name before an address: in a stripped library that
/// is some other function's.
class SymbolTable {
 public:
  /// `module` must outlive the object. May look for the module's debug information.
  explicit SymbolTable(Dwfl_Module* module);

  /// The name, as the file has it, of the function that holds `address` (as libdwfl counts them);
  /// null when no symbol covers it. Of several names, the one that people use: `fopen` rather than
  /// `_IO_fopen`. The text lives as long as the module.
  const char* At(std::uint64_t address);

 private:
  AddressRanges<const char*> functions_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_SYMBOL_TABLE_H_
