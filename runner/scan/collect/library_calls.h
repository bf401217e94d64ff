// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_LIBRARY_CALLS_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_LIBRARY_CALLS_H_

#include <cstdint>
#include <string_view>

#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

// Methods of containers and pointers of the standard library, by name.

bool PutsIn(std::string_view method);    ///< "push_back"
bool TakesOut(std::string_view method);  ///< "erase": some of it
bool Empties(std::string_view method);   ///< "clear", "reset": all of it

/// Functions whose value is their argument, or made of it: "forward", "static_pointer_cast".
bool HandsOn(std::string_view function);

/// Whether the value is a null pointer, or an empty object of the library.
bool IsNothing(const SyntaxUnit& unit, std::uint32_t value);

/// Whether a variable is no local one.
bool IsOutsideOfFunctions(Storage storage);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_LIBRARY_CALLS_H_
