// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/program_symbols.h"

#include <map>

#include "runner/symbols/allocation_types.h"
#include "runner/symbols/debug_names.h"
#include "runner/symbols/program_modules.h"
#include "runner/symbols/stack_variables.h"
#include "runner/symbols/type_table.h"
#include "runner/symbols/variable_index.h"
#include "runner/symbols/vtable_types.h"

namespace memprof {

struct ProgramSymbols::State {
  State(const RecordedTrace& trace, std::uint32_t module_epoch, Options&& options)
      : epoch(module_epoch),
        names(options.map_path),
        modules(trace.modules, options.directory, names),
        types(names),
        vtables(modules, types),
        allocations(trace.stacks, modules, names, types,
                    [map = options.map_path, read = options.read_source](const std::string& path)
                        -> std::string { return read ? read(map ? map(path) : path) : ""; }) {}

  VariableIndex& IndexOf(ModuleFile& file) {
    return indices.try_emplace(&file, file, names, types, variables).first->second;
  }

  std::uint32_t epoch;
  DebugNames names;
  ProgramModules modules;
  TypeTable types;
  VtableTypes vtables;
  AllocationTypes allocations;
  VariableTable variables;
  std::map<const ModuleFile*, VariableIndex> indices;
  std::map<const ModuleFile*, StackVariables> stacks;
};

ProgramSymbols::ProgramSymbols(const RecordedTrace& trace, std::uint32_t module_epoch,
                               Options options)
    : state_(std::make_unique<State>(trace, module_epoch, std::move(options))) {}

ProgramSymbols::~ProgramSymbols() = default;

void ProgramSymbols::UseEpoch(std::uint32_t module_epoch) { state_->epoch = module_epoch; }

std::optional<VariablePlace> ProgramSymbols::DataAt(std::uint64_t address) {
  const std::optional<ModulePlace> place = state_->modules.At(address, state_->epoch);
  if (!place) return {};
  return state_->IndexOf(*place->file).DataAt(place->offset);
}

std::optional<VariablePlace> ProgramSymbols::ThreadLocalAt(std::uint64_t module_begin,
                                                           std::uint64_t offset) {
  ModuleFile* file = state_->modules.BeginningAt(module_begin, state_->epoch);
  if (file == nullptr) return {};
  return state_->IndexOf(*file).ThreadLocalAt(offset);
}

std::optional<VariablePlace> ProgramSymbols::StackAt(std::uint64_t pc, bool is_caller,
                                                     std::int64_t offset) {
  // A call may be the last instruction of its function.
  const std::optional<ModulePlace> place =
      state_->modules.At(is_caller ? pc - 1 : pc, state_->epoch);
  if (!place) return {};
  StackVariables& stack =
      state_->stacks
          .try_emplace(place->file, *place->file, state_->names, state_->types, state_->variables)
          .first->second;
  return stack.At(place->offset, offset);
}

const Variable& ProgramSymbols::VariableOf(VariableId id) { return state_->variables.at(id); }

const TypeInfo& ProgramSymbols::Type(TypeId id) { return state_->types.Info(id); }

TypeId ProgramSymbols::TypeOfVirtualTable(std::uint64_t address) {
  return state_->vtables.At(address, state_->epoch);
}

BlockType ProgramSymbols::AllocatedBy(std::uint32_t stack) { return state_->allocations.Of(stack); }

std::string ProgramSymbols::PlaceOf(std::uint32_t stack) {
  return state_->allocations.PlaceOf(stack);
}

}  // namespace memprof
