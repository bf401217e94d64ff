// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DOCTOR_PROGRAM_FACTS_H_
#define MEMPROF_RUNNER_DOCTOR_PROGRAM_FACTS_H_

#include <optional>
#include <string>

#include "runner/base/result.h"
#include "runner/parse/function_starts.h"
#include "runner/parse/record_file.h"
#include "runner/plan/plugin_choice.h"
#include "runner/symbols/module_symbols.h"

namespace memprof {

/// Everything that was seen of one test program, which was started without running a test.
struct ProgramFacts {
  std::string name;  ///< as it was named
  BinaryFacts binary;
  /// What the plugin said of the process; an error where it did not speak, or where the program was
  /// not started for that reason.
  Result<RecordedProcess> process = RecordedProcess();
  bool preloaded = false;  ///< the plugin was
  ModuleSymbols::Found debug_information = ModuleSymbols::Found::kNone;
  bool has_debuginfod = false;              ///< DEBUGINFOD_URLS is set
  std::optional<FunctionStarts> functions;  ///< nothing: not an x86-64 program
  /// What the tools said that ran it. Nothing: it was not started with them.
  std::optional<Result<std::string>> lsan;
  std::optional<Result<std::string>> valgrind;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DOCTOR_PROGRAM_FACTS_H_
