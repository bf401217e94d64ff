// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/symbols/program_modules.h"

#include <utility>

#include "runner/symbols/system_library.h"

namespace memprof {

ProgramModules::ProgramModules(std::vector<RecordedModule> modules, const std::string& directory,
                               DebugNames& names)
    : map_(std::move(modules), directory), names_(names) {
  usable_.resize(map_.size());
}

ModuleFile* ProgramModules::Open(std::size_t module) {
  const RecordedModule& recorded = map_[module];
  if (!HasFile(recorded)) return nullptr;
  const ModuleDetail detail =
      IsSystemLibrary(recorded.path) ? ModuleDetail::kSymbolTable : ModuleDetail::kDebugInformation;
  ModuleFile& file = opened_.try_emplace(recorded.path, recorded.path, detail).first->second;
  std::optional<bool>& usable = usable_[map_.FileOf(module)];
  if (!usable) {
    usable = file.is_open() && IsTheOneThatRan(recorded, file.BuildId(), file.Loaded());
    if (*usable && file.Debug() != nullptr) names_.Add(file.Debug());
  }
  return *usable ? &file : nullptr;
}

std::optional<ModulePlace> ProgramModules::At(std::uint64_t address, std::uint32_t epoch) {
  const std::optional<std::size_t> module = map_.At(address, epoch);
  if (!module) return {};
  ModuleFile* file = Open(*module);
  if (file == nullptr) return {};
  return ModulePlace{file, address - map_[*module].bias};
}

ModuleFile* ProgramModules::BeginningAt(std::uint64_t begin, std::uint32_t epoch) {
  const std::optional<std::size_t> module = map_.At(begin, epoch);
  if (!module || map_[*module].begin != begin) return nullptr;
  return Open(*module);
}

}  // namespace memprof
