// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_DEBUG_UNITS_H_
#define MEMPROF_RUNNER_SYMBOLS_DEBUG_UNITS_H_

#include <elfutils/libdw.h>

#include <cstddef>
#include <optional>
#include <vector>

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

 private:
  struct Range {
    Dwarf_Addr low = 0, high = 0;  ///< [low, high)
    bool Has(Dwarf_Addr pc) const { return low <= pc && pc < high; }
  };
  struct Function {
    Range range;
    Dwarf_Die die;
  };
  struct Unit {
    Dwarf_Die lines;  ///< the unit in the module
    Dwarf_Die tree;   ///< the same, or the split unit that holds the functions
    std::vector<Function> functions;
    bool read = false;
  };
  struct UnitRange {
    Range range;
    std::size_t unit;
  };

  static void AddFunctions(Dwarf_Die* parent, int depth, std::vector<Function>& functions);
  static std::vector<Range> RangesOf(Dwarf_Die* die);
  const Function* FunctionAt(Unit& unit, Dwarf_Addr pc);

  std::vector<Unit> units_;
  std::vector<UnitRange> ranges_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_DEBUG_UNITS_H_
