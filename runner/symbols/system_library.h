// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SYMBOLS_SYSTEM_LIBRARY_H_
#define MEMPROF_RUNNER_SYMBOLS_SYSTEM_LIBRARY_H_

#include <string_view>

namespace memprof {

/// Whether `path` is a shared library in one of the system's directories, the kernel's own, or
/// memprof's, whose wrapper lies on the stack of every thread: code that is not the reader's to
/// change, and whose debug information may be a download. By name, for a test program may well be
/// installed there too.
bool IsSystemLibrary(std::string_view path);

/// Whether a source file is the standard library's, wherever the compiler is installed, or lies in
/// one of the system's include directories. A heuristic on the directories' names.
bool IsSystemHeader(std::string_view file);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_SYMBOLS_SYSTEM_LIBRARY_H_
