// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_CLANG_UNIT_PARSER_H_
#define MEMPROF_RUNNER_SCAN_CLANG_UNIT_PARSER_H_

#include <string>
#include <utility>
#include <vector>

#include "runner/base/result.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// What to parse.
struct UnitToParse {
  std::string file;                    ///< absolute
  std::vector<std::string> arguments;  ///< of the compiler, without its name, the file and `-o`;
                                       ///< their paths are absolute
  /// Files by name with texts that take the place of what is on disk.
  std::vector<std::pair<std::string, std::string>> texts = {};
};

struct ParsedUnit {
  SyntaxUnit unit;
  std::vector<std::string> errors;  ///< of the compiler, as "file:line: text"; what it understood
                                    ///< is in `unit` all the same
};

/// Parses one unit with libclang. Any number of threads may do so at once. Errors: kUnsupported
/// where this memprof was built without libclang; kUnreadable where the file cannot be read, or
/// libclang crashed on it.
Result<ParsedUnit> ParseUnit(const UnitToParse& what);

/// "clang version 14.0.6"; empty where memprof was built without libclang.
std::string LibclangVersion();

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_CLANG_UNIT_PARSER_H_
