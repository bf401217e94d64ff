// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_FUNCTION_NAME_H_
#define MEMPROF_RUNNER_ANALYZE_FUNCTION_NAME_H_

#include <string>
#include <string_view>

namespace memprof {

/// A demangled function as people call it: without return type, parameters, qualifiers and clone
/// suffix, its types shortened as by ShortTypeName. A closure's call is `f()::lambda#1`; a scope
/// within a function keeps `()` in place of that function's parameters. It exists for headlines and
/// fingerprints, which must survive a change of standard library.
///
/// A heuristic on text, whose input is any tool's spelling (GNU's and LLVM's demanglers, names from
/// debug information alone); a name it cannot read comes back whole.
std::string ShortFunctionName(std::string_view demangled);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_FUNCTION_NAME_H_
