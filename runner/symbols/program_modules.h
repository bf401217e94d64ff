// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_PROGRAM_MODULES_H_
#define MEMPROF_RUNNER_SYMBOLS_PROGRAM_MODULES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/symbols/debug_names.h"
#include "runner/symbols/module_file.h"
#include "runner/symbols/module_map.h"

namespace memprof {

/// A place in a module whose file could be read.
struct ModulePlace {
  ModuleFile* file;
  std::uint64_t offset;  ///< virtual address of the ELF file
};

/// The files of a traced process's modules, each opened when an address in it is first asked for.
/// Of system libraries the symbol table alone is read: no debug information is downloaded.
class ProgramModules {
 public:
  /// `names` is told of each module's debug information, and must outlive the object.
  ProgramModules(std::vector<RecordedModule> modules, const std::string& directory,
                 DebugNames& names);

  /// Nothing when `address` is in no module, or the module's file is not the one that ran.
  std::optional<ModulePlace> At(std::uint64_t address, std::uint32_t epoch);

  /// The file of the module that begins at `begin` (RecordedModule::begin); null likewise.
  ModuleFile* BeginningAt(std::uint64_t begin, std::uint32_t epoch);

 private:
  ModuleFile* Open(std::size_t module);

  ModuleMap map_;
  DebugNames& names_;
  std::map<std::string, ModuleFile> opened_;  ///< by path
  std::vector<std::optional<bool>> usable_;   ///< by module
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_PROGRAM_MODULES_H_
