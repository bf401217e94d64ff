// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_TEMPLATE_ARGUMENT_H_
#define MEMPROF_RUNNER_SYMBOLS_TEMPLATE_ARGUMENT_H_

#include <elfutils/libdw.h>

#include <optional>
#include <string_view>

#include "runner/symbols/debug_names.h"

namespace memprof {

/// The debug information's entry for a type argument, whose DW_AT_type is the type, of a class or
/// function made from a template. A function may be one of its calls, inlined or not. Nothing when
/// it has no such argument, or its compiler does not note them (-g1).
std::optional<Dwarf_Die> FirstTemplateArgument(const Dwarf_Die& die);

/// The argument for the parameter called `name` in the template's source, of `die` or of a class
/// or function around it, from the innermost.
std::optional<Dwarf_Die> TemplateArgumentAround(const Dwarf_Die& die, std::string_view name,
                                                DebugNames& names);

/// The class that a function is a member of.
std::optional<Dwarf_Die> ClassAround(const Dwarf_Die& function, DebugNames& names);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_TEMPLATE_ARGUMENT_H_
