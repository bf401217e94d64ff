// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_VTABLE_INDEX_H_
#define MEMPROF_RUNNER_SYMBOLS_VTABLE_INDEX_H_

#include <gelf.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runner/symbols/address_ranges.h"
#include "runner/symbols/module_file.h"

namespace memprof {

/// The virtual tables in one ELF file. As the Itanium C++ ABI (2.5.2) lays them out:
///
///     symbol _ZTV… ─►  offsets of virtual bases, if any
///                      offset to top    0 in a class's own table, less in those of its bases
///                      type information ─►  its own table · the class's mangled name ─► text
///     an object's  ─►  virtual functions
///     first word
class VtableIndex {
 public:
  /// `file` must outlive the object. Reads the symbol table; relocations when first needed.
  explicit VtableIndex(ModuleFile& file);

  /// The demangled name of the class whose objects have `offset`, a virtual address of the file, as
  /// their first word; empty when there is no such class. Where no symbol covers the place the name
  /// comes from the type information, if the program has any (not with -fno-rtti).
  std::string ClassAt(std::uint64_t offset);

 private:
  std::string NameFromTypeInformation(std::uint64_t offset);
  std::optional<std::uint64_t> Word(std::uint64_t offset) const;
  std::optional<std::uint64_t> Pointer(std::uint64_t offset);
  std::string Text(std::uint64_t offset) const;
  std::string_view BytesFrom(std::uint64_t offset) const;
  void ReadRelocations();

  Elf* elf_ = nullptr;
  AddressRanges<const char*> tables_;  ///< mangled names, by the file's virtual addresses
  bool relocations_read_ = false;
  std::unordered_map<std::uint64_t, std::uint64_t> relocated_;  ///< pointers by where they are
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_VTABLE_INDEX_H_
