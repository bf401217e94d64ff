// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_UNIT_SOURCE_COMPILES_H_
#define MEMPROF_TESTS_UNIT_SOURCE_COMPILES_H_

#include <string>

namespace memprof {

/// Whether the C++17 compiler takes `source` as a file without a warning; what it says goes to the
/// test's output. About half a second each.
bool Compiles(const std::string& source);

/// Whether `patch -p1` applies `diff` to a file `path` with the text `before`, and its text then.
/// Empty where patch refuses, with what it says in the test's output.
std::string Patched(const std::string& path, const std::string& before, const std::string& diff);

}  // namespace memprof

#endif  // MEMPROF_TESTS_UNIT_SOURCE_COMPILES_H_
