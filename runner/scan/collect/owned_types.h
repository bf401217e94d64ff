// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COLLECT_OWNED_TYPES_H_
#define MEMPROF_RUNNER_SCAN_COLLECT_OWNED_TYPES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "runner/scan/facts/ownership_facts.h"
#include "runner/scan/syntax/syntax_unit.h"

namespace memprof::scan {

/// The name of a class type, the same for all instances of a template: "app::Node" of
/// "const app::Node<int> &". Classes of unnamed namespaces are told apart by `file`.
std::string ClassKey(std::string_view type, std::string_view file);

/// The same of a class that the code has.
std::string KeyOfClass(const SyntaxUnit& unit, std::uint32_t index);

/// What a variable of this canonical type keeps alive: through counting and owning pointers,
/// containers and wrappers of the standard library, and by value.
TypeUse UseOfType(std::string_view type, std::string_view file);

/// Pointers that count their owners, of the standard library, Boost and others by name.
bool IsSharedPointer(std::string_view type);
bool HoldsElements(std::string_view type);
bool IsCallable(std::string_view type);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COLLECT_OWNED_TYPES_H_
