// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_VARIABLE_INDEX_H_
#define MEMPROF_RUNNER_SYMBOLS_VARIABLE_INDEX_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runner/analyze/program_types.h"
#include "runner/symbols/address_ranges.h"
#include "runner/symbols/debug_names.h"
#include "runner/symbols/module_file.h"
#include "runner/symbols/type_table.h"

namespace memprof {

/// The variables of a program that were asked for, by VariableId.
using VariableTable = std::deque<Variable>;

/// Makes the variable that `die` describes, without its storage.
Variable DescribeVariable(const Dwarf_Die& die, DebugNames& names, TypeTable& types);

/// The size of the variable that `die` describes; 0 when unknown.
std::uint64_t VariableBytes(Dwarf_Die die, TypeTable& types);

/// One module's variables in static and thread-local storage, by place: from its debug information,
/// and from its symbol table where that has none. It exists because libdw finds variables by name
/// only. All units are read when the first place is asked for, about 0.1 s for 10 MB.
class VariableIndex {
 public:
  /// All must outlive the object. What is found is added to `variables`, once.
  VariableIndex(ModuleFile& file, DebugNames& names, TypeTable& types, VariableTable& variables)
      : file_(file), names_(names), types_(types), variables_(variables) {}

  /// The variable that covers `offset`, a virtual address of the file. Not a guard's of a
  /// function-local static.
  std::optional<VariablePlace> DataAt(std::uint64_t offset);

  /// The variable that covers `offset` in the module's thread-local storage.
  std::optional<VariablePlace> ThreadLocalAt(std::uint64_t offset);

 private:
  struct Described {
    std::uint64_t begin;
    Dwarf_Die die;
  };
  struct Symbol {
    std::uint64_t begin = 0;
    std::uint64_t bytes = 0;
    const char* name = nullptr;
  };
  /// One kind of storage.
  struct Area {
    std::vector<Described> described;  ///< by begin
    AddressRanges<Symbol> symbols;
    std::unordered_map<std::uint64_t, VariableId> known;  ///< by begin
  };

  void Read();
  void ReadUnit(const Dwarf_Die& unit);
  void ReadThreadLocalImage();
  void ReadSymbols();
  std::optional<VariablePlace> At(Area& area, Variable::Storage storage, std::uint64_t offset);
  VariablePlace Place(Area& area, std::uint64_t begin, std::uint64_t offset, Variable variable);
  static void AddScope(const Symbol& symbol, Variable& variable);
  Variable FromDebug(const Dwarf_Die& die, Variable::Storage storage);

  ModuleFile& file_;
  DebugNames& names_;
  TypeTable& types_;
  VariableTable& variables_;
  bool read_ = false;
  std::uint64_t image_begin_ = 0;  ///< of the thread-local variables' first values, in the file
  std::uint64_t image_bytes_ = 0;
  Area data_;
  Area thread_local_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_VARIABLE_INDEX_H_
