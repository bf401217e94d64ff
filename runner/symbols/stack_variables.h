// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_STACK_VARIABLES_H_
#define MEMPROF_RUNNER_SYMBOLS_STACK_VARIABLES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "runner/analyze/program_types.h"
#include "runner/symbols/debug_names.h"
#include "runner/symbols/module_file.h"
#include "runner/symbols/symbol_table.h"
#include "runner/symbols/type_table.h"
#include "runner/symbols/variable_index.h"

namespace memprof {

/// The local variables and parameters of one module's functions, by their place in a frame.
class StackVariables {
 public:
  /// All must outlive the object. What is found is added to `variables`, once.
  StackVariables(ModuleFile& file, DebugNames& names, TypeTable& types, VariableTable& variables)
      : file_(file), names_(names), types_(types), variables_(variables) {}

  /// The variable that is `from_cfa` bytes from the canonical frame address of the function at
  /// `offset` (a virtual address of the file, within the call for a caller's frame), in it or in
  /// what is inlined there. Where none covers the place, as with what the compiler keeps for
  /// itself, one without name that has the function alone; nothing where that is unknown too.
  std::optional<VariablePlace> At(std::uint64_t offset, std::int64_t from_cfa);

 private:
  /// A frame that is searched: where its function's frame base and its registers lie.
  struct Frame;

  std::optional<std::int64_t> RegisterFromCfa(Dwarf_Addr pc, unsigned number);
  std::optional<std::int64_t> BaseFromCfa(Dwarf_Die function, Dwarf_Addr pc);
  std::optional<VariablePlace> Search(Dwarf_Die scope, const Dwarf_Die& function,
                                      const Frame& frame, int depth);
  std::optional<std::int64_t> FromCfa(Dwarf_Die variable, const Frame& frame);
  VariablePlace FunctionAlone(const std::string& function, std::int64_t from_cfa);

  ModuleFile& file_;
  DebugNames& names_;
  TypeTable& types_;
  VariableTable& variables_;
  std::optional<SymbolTable> symbols_;
  std::unordered_map<const void*, VariableId> known_;  ///< by entry of the debug information
  std::map<std::string, VariableId> functions_;        ///< those without name
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_STACK_VARIABLES_H_
