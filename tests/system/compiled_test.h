// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_TESTS_SYSTEM_COMPILED_TEST_H_
#define MEMPROF_TESTS_SYSTEM_COMPILED_TEST_H_

#include <string>

namespace memprof {

/// Compiles `sources` (paths, separated by blanks) in `directory` into its file `name`, with
/// GoogleTest and without memprof. `flags` stand before them. Returns what the compiler says when
/// it fails, else nothing.
std::string CompileTest(const std::string& directory, const std::string& name,
                        const std::string& sources, const std::string& flags = "");

}  // namespace memprof

#endif  // MEMPROF_TESTS_SYSTEM_COMPILED_TEST_H_
