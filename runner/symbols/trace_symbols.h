// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_TRACE_SYMBOLS_H_
#define MEMPROF_RUNNER_SYMBOLS_TRACE_SYMBOLS_H_

#include <memory>
#include <string>
#include <vector>

#include "runner/base/frame.h"
#include "runner/parse/record_file.h"

namespace memprof {

/// Names the stacks of a full trace: each return address in the module that was there when the
/// stack was taken, as long as the module's file is still the one that ran. A module is opened
/// when an address in it is first asked for, and each place in it is looked up once.
///
/// Memory: about 100 bytes for each distinct place asked for, each text once, and what libdw keeps
/// of the debug information that was read. Not for use by two threads at once; two objects are.
class TraceSymbols {
 public:
  /// `directory` is where the process began: the dynamic linker keeps the path of a plug-in as the
  /// program gave it. Relative paths are looked up there, then beside the executable, which is the
  /// first of `modules`.
  explicit TraceSymbols(std::vector<RecordedModule> modules, const std::string& directory = {});
  ~TraceSymbols();
  TraceSymbols(TraceSymbols&&) noexcept;
  TraceSymbols& operator=(TraceSymbols&&) noexcept;

  /// The frames of `stack`, innermost first, inlined functions before the one that they are in.
  /// Functions are demangled and as long as they come, see ShortFunctionName. `module_offset` lies
  /// within the call: it is the return address less 1, as a virtual address of the ELF file.
  ///
  /// Code in the system's libraries has a function and no file. Where no symbol is known, or the
  /// module's file is not the one that ran, a frame has its module and offset alone; code in no
  /// module, as just-in-time compilers make it, leaves a frame with nothing in it.
  Stack Resolve(const RecordedStack& stack);

  /// What was left out of the stacks resolved so far, and what to do about it: one sentence or two
  /// for each module whose file is gone, changed, or without debug information.
  const std::vector<std::string>& Gaps() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_TRACE_SYMBOLS_H_
