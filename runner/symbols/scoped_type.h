// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_SCOPED_TYPE_H_
#define MEMPROF_RUNNER_SYMBOLS_SCOPED_TYPE_H_

#include <elfutils/libdw.h>

#include <string>

#include "runner/analyze/program_types.h"
#include "runner/symbols/debug_names.h"
#include "runner/symbols/type_table.h"

namespace memprof {

/// The type that the source text of `function` (or of what is inlined there) calls `written`, such
/// as "Node" or "std::map<Key, Value>": template parameters of the function and its classes first,
/// then the function's own types, its class's, its namespaces', from the innermost; then any type
/// of the unit with that last name, if there is one alone. Template arguments that the library has
/// as defaults may be left out, see ShortTypeName. What is not found is known by name alone.
///
/// A heuristic: it sees neither using-declarations nor the order of declarations.
TypeId TypeInScope(const Dwarf_Die& function, const std::string& written, DebugNames& names,
                   TypeTable& types);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_SCOPED_TYPE_H_
