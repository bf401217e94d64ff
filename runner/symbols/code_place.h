// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_CODE_PLACE_H_
#define MEMPROF_RUNNER_SYMBOLS_CODE_PLACE_H_

#include <elfutils/libdw.h>

#include <string>
#include <vector>

#include "runner/symbols/debug_units.h"

namespace memprof {

/// A function that is active at an address, and where in it.
struct CodePlace {
  Dwarf_Die function = {};  ///< with a null address where only the line is known
  std::string file;         ///< absolute where the compiler noted its directory; may be empty
  int line = 0;             ///< 0 when unknown
  int column = 0;           ///< from 1; 0 when unknown
};

/// The places of `pc`, an address as the debug information counts them, innermost first: each
/// inlined function before the one that it is in. ModuleSymbols gives the same as text; this keeps
/// the entries, from which types are read.
std::vector<CodePlace> CodePlacesAt(DebugUnits& units, Dwarf_Addr pc);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_CODE_PLACE_H_
