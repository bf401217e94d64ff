// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_DEBUG_UNITS_H_
#define MEMPROF_RUNNER_SYMBOLS_DEBUG_UNITS_H_

#include <elfutils/libdw.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "runner/symbols/address_ranges.h"

namespace memprof {

/// What the debug information has at one address.
struct CodeAt {
  Dwarf_Die unit;  ///< the unit in the module, which has the line table and the directory
  /// The function and what is inlined in it there, outermost first. Empty when the unit has none at
  /// the address, as when the file of a split unit (-gsplit-dwarf) is missing.
  std::vector<Dwarf_Die> functions;
};

/// The compilation units of one module, found by address. It exists because libdw's own ways fall
/// short: its address table is empty for Clang's code, and `dwarf_getscopes` reads a whole unit at
/// each call and misses what Clang and link-time optimisation inline. Here a unit is read once,
/// when an address in it is first asked for.
class DebugUnits {
 public:
  /// `dwarf` must outlive the object. Reads the units' headers and ranges only.
  explicit DebugUnits(Dwarf* dwarf);

  /// `pc` is an address as the debug information counts them. Nothing when no unit covers it.
  std::optional<CodeAt> At(Dwarf_Addr pc);

  /// Whether no unit has code at all.
  bool empty() const { return ranges_.empty(); }

  /// Whether there are split units (-gsplit-dwarf) whose files were not found. Lines are known
  /// without them, inlined functions are not.
  bool lacks_split_units() const { return lacks_split_units_; }

 private:
  struct Unit {
    Dwarf_Die lines;  ///< the unit in the module
    Dwarf_Die tree;   ///< the same, or the split unit that holds the functions
    AddressRanges<Dwarf_Die> functions;
    bool read = false;
  };

  static void AddFunctions(Dwarf_Die* parent, int depth, AddressRanges<Dwarf_Die>& functions);
  static Dwarf_Die* FunctionAt(Unit& unit, Dwarf_Addr pc);

  std::vector<Unit> units_;
  AddressRanges<std::size_t> ranges_;  ///< indices into units_
  bool lacks_split_units_ = false;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_DEBUG_UNITS_H_
