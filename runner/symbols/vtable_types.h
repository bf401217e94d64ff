// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_VTABLE_TYPES_H_
#define MEMPROF_RUNNER_SYMBOLS_VTABLE_TYPES_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "runner/analyze/program_types.h"
#include "runner/symbols/program_modules.h"
#include "runner/symbols/type_table.h"
#include "runner/symbols/vtable_index.h"

namespace memprof {

/// The classes of polymorphic objects, told by the address of their virtual table in a traced
/// process: of every module with a symbol for the table, with or without debug information, and
/// of stripped ones by the type's name that run-time type information has (Itanium C++ ABI,
/// 2.9.4).
class VtableTypes {
 public:
  /// Both must outlive the object.
  VtableTypes(ProgramModules& modules, TypeTable& types) : modules_(modules), types_(types) {}

  /// The class whose virtual table an object's first word points to; kNoType for any other address,
  /// also for one within a table that is of a secondary base: an object does not begin there.
  TypeId At(std::uint64_t address, std::uint32_t epoch);

 private:
  ProgramModules& modules_;
  TypeTable& types_;
  std::map<const ModuleFile*, VtableIndex> indices_;
  std::map<std::pair<const ModuleFile*, std::uint64_t>, TypeId> known_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_VTABLE_TYPES_H_
