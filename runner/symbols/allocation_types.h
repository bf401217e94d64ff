// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_ALLOCATION_TYPES_H_
#define MEMPROF_RUNNER_SYMBOLS_ALLOCATION_TYPES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/analyze/program_types.h"
#include "runner/parse/record_file.h"
#include "runner/symbols/code_place.h"
#include "runner/symbols/debug_names.h"
#include "runner/symbols/new_expression.h"
#include "runner/symbols/program_modules.h"
#include "runner/symbols/symbol_table.h"
#include "runner/symbols/type_table.h"

namespace memprof {

/// The types of heap blocks, told by the stacks that they were allocated with. It exists because a
/// block does not say what it holds, and its allocation's code mostly does: by the template
/// arguments of the allocator or maker that called `operator new`, in the debug information of
/// functions inlined there or else in a symbol's name; where a plain `new T` called it, by the
/// source text at that line.
///
/// Stacks are read from the innermost frame to the first of code that is the reader's. Code of
/// system libraries and in system headers is not, unless it is all there is. It fails where a
/// linker or link-time optimisation folded equal functions into one: that has one of their names.
class AllocationTypes {
 public:
  /// Returns the text of a source file, by the absolute path that the debug information has; empty
  /// when it cannot be read. Each file is asked for once.
  using ReadFile = std::function<std::string(const std::string& path)>;

  /// All must outlive the object. `stacks` is RecordedTrace::stacks.
  AllocationTypes(const std::vector<RecordedStack>& stacks, ProgramModules& modules,
                  DebugNames& names, TypeTable& types, ReadFile read_file);

  /// What blocks allocated with the stack hold, see ProgramTypes::AllocatedBy. Their size is not
  /// known here: a single object of a known size whose blocks have another one is something else.
  BlockType Of(std::uint32_t stack);

  /// See ProgramTypes::PlaceOf.
  std::string PlaceOf(std::uint32_t stack);

 private:
  /// A function that is active at an address, and what it tells.
  struct Frame {
    CodePlace place;
    std::string function;  ///< qualified; empty when unknown
    bool is_users = false;
    bool passes_on = false;         ///< it allocates for its caller, which knows the type
    BlockType told;                 ///< by the function itself
    std::optional<BlockType> text;  ///< what its source text tells, once that was asked
  };

  std::vector<Frame>& FramesAt(std::uint64_t return_address, std::uint32_t epoch);
  std::vector<Frame> ReadFrames(const ModulePlace& place);
  void Complete(bool in_system_library, Frame& frame);
  BlockType ReadText(const Frame& frame);
  TypeId TypeWritten(const CodePlace& place, const std::string& name);
  bool IsDescribed(TypeId type);
  const char* SymbolAt(const ModulePlace& place);

  const std::vector<RecordedStack>& stacks_;
  ProgramModules& modules_;
  DebugNames& names_;
  TypeTable& types_;
  ReadFile read_file_;
  std::unordered_map<std::uint32_t, BlockType> known_;
  std::map<std::pair<const ModuleFile*, std::uint64_t>, std::vector<Frame>> frames_;
  std::vector<Frame> no_frames_;
  std::map<const ModuleFile*, SymbolTable> symbols_;
  std::unordered_map<std::string, NewExpressions> sources_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_ALLOCATION_TYPES_H_
