// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_TYPE_SPELLING_H_
#define MEMPROF_RUNNER_SYMBOLS_TYPE_SPELLING_H_

#include <string>
#include <string_view>

namespace memprof {

/// A type's name such that equal types spelt by different compilers and demanglers are equal: for
/// comparing, not for people. Without spaces that separate nothing, `class` and the like, inline
/// namespaces of the standard library, and the parameters of functions that the type is local to;
/// `const` behind what it qualifies, `unsigned long` for `long unsigned int`, numbers without
/// suffix. A heuristic on text.
std::string NormalizedTypeName(std::string_view name);

/// The part of a qualified name behind its last `::` that stands in no brackets.
std::string_view LastComponent(std::string_view qualified);

/// "app::intern()" of "app::intern(int) const".
std::string WithoutParameters(std::string_view function);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_TYPE_SPELLING_H_
