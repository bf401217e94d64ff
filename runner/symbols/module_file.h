// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_MODULE_FILE_H_
#define MEMPROF_RUNNER_SYMBOLS_MODULE_FILE_H_

#include <elfutils/libdwfl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/symbols/code_place.h"
#include "runner/symbols/debug_units.h"
#include "runner/symbols/module_symbols.h"

namespace memprof {

/// An executable or shared library, opened with libdwfl, which counts addresses in three ways:
/// the ELF file's virtual addresses ("offsets" here), its own, and those of the debug information.
class ModuleFile {
 public:
  /// See ModuleSymbols. Debug information is looked for when it is first asked for.
  ModuleFile(const std::string& path, ModuleDetail detail);
  ModuleFile(const ModuleFile&) = delete;
  ModuleFile& operator=(const ModuleFile&) = delete;

  const std::string& path() const { return path_; }
  bool is_open() const { return module_ != nullptr; }

  /// Null when the file could not be read.
  Dwfl_Module* module() const { return module_; }

  /// From the file's virtual addresses to libdwfl's.
  Dwarf_Addr bias() const { return bias_; }

  /// Null when there is no debug information, or none was wanted.
  Dwarf* Debug();

  /// The units of Debug(); null with it.
  DebugUnits* Units();

  /// The functions that are active at a virtual address of the file, see CodePlaces. Empty where
  /// the debug information does not know it.
  std::vector<CodePlace> PlacesAt(std::uint64_t offset);

  /// A virtual address of the file as the debug information counts it, and back. To be called
  /// after Debug().
  Dwarf_Addr DebugAddress(std::uint64_t offset) const { return offset + bias_ - debug_bias_; }
  std::uint64_t OffsetOf(Dwarf_Addr debug_address) const {
    return debug_address + debug_bias_ - bias_;
  }

  /// See ModuleSymbols.
  std::string BuildId() const;
  std::pair<std::uint64_t, std::uint64_t> Loaded() const;

 private:
  struct EndDwfl {
    void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
  };

  std::string path_;
  ModuleDetail detail_;
  std::unique_ptr<Dwfl, EndDwfl> dwfl_;
  Dwfl_Module* module_ = nullptr;
  Dwarf_Addr bias_ = 0;
  Dwarf_Addr debug_bias_ = 0;
  Dwarf* debug_ = nullptr;
  bool debug_read_ = false;
  std::optional<DebugUnits> units_;
  std::optional<CodePlaces> places_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_MODULE_FILE_H_
