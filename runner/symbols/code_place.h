// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_CODE_PLACE_H_
#define MEMPROF_RUNNER_SYMBOLS_CODE_PLACE_H_

#include <elfutils/libdw.h>

#include <map>
#include <string>
#include <utility>
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

/// Finds them in one module. Remembers the paths of its files: each is met thousands of times.
class CodePlaces {
 public:
  /// `units` must outlive the object.
  explicit CodePlaces(DebugUnits& units) : units_(units) {}

  /// The places of `pc`, an address as the debug information counts them, innermost first: each
  /// inlined function before the one that it is in. Empty when no unit knows the address.
  std::vector<CodePlace> At(Dwarf_Addr pc);

 private:
  void SetOwnPlace(Dwarf_Addr pc, Dwarf_Die* unit, CodePlace& place);
  void SetCaller(Dwarf_Die* inlined, Dwarf_Die* unit, CodePlace& place);
  const std::string& Absolute(const char* file, Dwarf_Die* unit);

  DebugUnits& units_;
  /// By what libdw has for the file, and by its unit.
  std::map<std::pair<const char*, const void*>, std::string> files_;
};

/// The mangled name of a function; null when the debug information has none, as for what a file
/// keeps to itself.
const char* LinkageName(const Dwarf_Die& function);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_CODE_PLACE_H_
