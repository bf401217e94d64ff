// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_PROGRAM_SYMBOLS_H_
#define MEMPROF_RUNNER_SYMBOLS_PROGRAM_SYMBOLS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/analyze/program_types.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Variables and types of a traced program, from the files of its modules as they are now: one that
/// is not the file that ran tells nothing. A module is opened, and its debug information read, when
/// an address in it is first asked for. Of the system's libraries the symbol tables alone are read.
/// Without elfutils' libdw everything is unknown.
///
/// Time: all units of a module are read once for its variables, and once for all modules when a
/// type is first looked up by its name; a tenth of a second or so for 10 MB of debug information.
/// Memory: 50 bytes for each type, function and variable in it, besides what libdw keeps. Not for
/// use by two threads at once.
class ProgramSymbols : public ProgramTypes {
 public:
  struct Options {
    /// Where the process began, see ModuleMap.
    std::string directory;
    /// Where a file that the debug information names is on this machine. None: as it is named.
    std::function<std::string(const std::string& path)> map_path;
    /// Returns a source file's text, for the heuristics on it; empty when it cannot be read. None
    /// is read where there is no function.
    std::function<std::string(const std::string& path)> read_source;
  };

  /// `trace` must outlive the object. `module_epoch` is the snapshot's.
  ProgramSymbols(const RecordedTrace& trace, std::uint32_t module_epoch, Options options);
  ~ProgramSymbols() override;

  /// What is asked from now on are addresses of another snapshot. Variables and types stay.
  void UseEpoch(std::uint32_t module_epoch) override;

  std::optional<VariablePlace> DataAt(std::uint64_t address) override;
  std::optional<VariablePlace> ThreadLocalAt(std::uint64_t module_begin,
                                             std::uint64_t offset) override;
  std::optional<VariablePlace> StackAt(std::uint64_t pc, bool is_caller,
                                       std::int64_t offset) override;
  const Variable& VariableOf(VariableId id) override;
  const TypeInfo& Type(TypeId id) override;
  TypeId TypeOfVirtualTable(std::uint64_t address) override;
  BlockType AllocatedBy(std::uint32_t stack) override;
  std::string PlaceOf(std::uint32_t stack) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_PROGRAM_SYMBOLS_H_
