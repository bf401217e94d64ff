// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_STEP_WRITER_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_STEP_WRITER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "runner/scan/facts/object_steps.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// A member of an object, or a variable.
struct Target {
  Registers objects;
  std::string member;       ///< empty: a local variable
  std::string_view local;   ///< id of it
  bool is_element = false;  ///< something in it, where it is a container
};

/// Writes the steps of one function, and knows what its local variables are. `unit` must outlive
/// it.
class StepWriter {
 public:
  StepWriter(const SyntaxUnit& unit, std::uint32_t function);

  FunctionSteps& function() { return function_; }
  FunctionSteps Take();

  int NewRegister() { return function_.registers++; }
  /// The step may be filled in until the next one is written.
  Step& Emit(StepKind kind, std::uint32_t index);
  /// An object that is not known otherwise.
  Registers Fresh(std::uint32_t index);
  Registers Read(Registers objects, std::string_view member, std::uint32_t index);
  void Store(const Target& target, const Registers& values, std::uint32_t index);

  /// What a local variable is from here on.
  Registers Set(std::string_view variable, Registers values);
  /// Null where it has not been seen.
  const Registers* Find(std::string_view variable) const;

  static void Append(const Registers& more, Registers* all);

 private:
  const SyntaxUnit& unit_;
  FunctionSteps function_;
  std::map<std::string_view, Registers> variables_;
};

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_STEP_WRITER_H_
