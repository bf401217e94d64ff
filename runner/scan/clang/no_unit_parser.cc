// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0

// In place of unit_parser.cc where libclang is not there.
#include "runner/scan/clang/unit_parser.h"

namespace memprof::scan {

Result<ParsedUnit> ParseUnit(const UnitToParse&) {
  return Error{ErrorKind::kUnsupported, "this memprof was built without libclang, which reads C++",
               "install libclang-dev and build memprof again"};
}

std::string LibclangVersion() { return ""; }

}  // namespace memprof::scan
