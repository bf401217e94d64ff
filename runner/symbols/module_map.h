// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_MODULE_MAP_H_
#define MEMPROF_RUNNER_SYMBOLS_MODULE_MAP_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/parse/record_file.h"
#include "runner/symbols/address_ranges.h"

namespace memprof {

/// The modules of a traced process by address. It exists because a plug-in that is loaded and
/// unloaded thousands of times gets one address again and again: epochs tell which was there.
class ModuleMap {
 public:
  /// `directory` is where the process began: the dynamic linker keeps the path of a plug-in as the
  /// program gave it. Relative paths are looked up there, then beside the executable, which is the
  /// first of `modules`.
  ModuleMap(std::vector<RecordedModule> modules, const std::string& directory);

  /// The module that held `address` in `epoch`.
  std::optional<std::size_t> At(std::uint64_t address, std::uint32_t epoch);

  std::size_t size() const { return modules_.size(); }
  const RecordedModule& operator[](std::size_t module) const { return modules_[module]; }

  /// The first module with the same path and build id.
  std::size_t FileOf(std::size_t module) const { return files_[module]; }

 private:
  std::vector<RecordedModule> modules_;
  /// For each range of addresses the modules that were there one after the other, by epoch.
  std::vector<std::vector<std::size_t>> successions_;
  AddressRanges<std::size_t> ranges_;  ///< indices into successions_
  std::vector<std::size_t> files_;
};

/// Whether the file that is there now is the one that ran. `build_id` and `loaded` are of the file,
/// see ModuleSymbols. Without a build id only its extent tells: a heuristic, which a change that
/// leaves all segments in their pages escapes.
bool IsTheOneThatRan(const RecordedModule& module, const std::string& build_id,
                     std::pair<std::uint64_t, std::uint64_t> loaded);

/// Whether there can be a file to read `module` from: the kernel's own library has none.
bool HasFile(const RecordedModule& module);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_MODULE_MAP_H_
