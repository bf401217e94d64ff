// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COMPILE_COMMANDS_H_
#define MEMPROF_RUNNER_SCAN_COMPILE_COMMANDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "runner/base/result.h"

namespace memprof::scan {

/// How one file is compiled.
struct CompileCommand {
  std::string directory;               ///< where the compiler runs
  std::string file;                    ///< absolute, without `..`, where `directory` is absolute
  std::vector<std::string> arguments;  ///< the compiler first

  bool operator==(const CompileCommand&) const = default;
};

/// Reads a compile_commands.json (Clang's "JSON Compilation Database" format), in its order. What
/// stands in it twice is taken once; a file that is compiled in several ways is there with each.
/// Errors: kDamaged, with `name` and the place: what is not JSON, or an entry without a file,
/// directory or command.
Result<std::vector<CompileCommand>> ParseCompileCommands(std::string_view text,
                                                         const std::string& name);

/// The words of a command as a shell takes them: quotes of both kinds and backslashes. Variables
/// are not expanded: build systems write none.
std::vector<std::string> ShellWords(std::string_view command);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COMPILE_COMMANDS_H_
