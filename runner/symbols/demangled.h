// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_DEMANGLED_H_
#define MEMPROF_RUNNER_SYMBOLS_DEMANGLED_H_

#include <string>

namespace memprof {

/// The name of a symbol for people: demangled, without what the compiler adds for a function that
/// it split or copied (".cold", ".isra.0" …), and without a symbol's version
/// ("realpath@@GLIBC_2.3"). A name of C's stays as it is: to the demangler `f` is also a type.
std::string Demangled(const char* name);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_DEMANGLED_H_
