// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_SCAN_COMPILE_ARGUMENTS_H_
#define MEMPROF_RUNNER_SCAN_COMPILE_ARGUMENTS_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/scan/compile_commands.h"

namespace memprof::scan {

/// Whether the command compiles C or C++: not assembly, CUDA or Fortran, and no precompiled header,
/// whose text all its users have.
bool CompilesCpp(const CompileCommand& command);

/// What libclang takes of a compiler's arguments, to understand the code as that compiler does:
/// without the compiler and what launches it (ccache), the file, what is made of it (-o, -c, -M…),
/// precompiled headers, which are read as text, and flags that Clang refuses. C++ without a
/// standard gets the one that GCC has then. Relative paths are made absolute, from where the
/// compiler ran: libclang would make that the directory of the whole process. Of a file that is
/// included by the command (-include) that is so where `is_file` says that it is there, else it is
/// found as any header; a null `is_file` says so of none.
std::vector<std::string> ClangArguments(
    const CompileCommand& command,
    const std::function<bool(const std::string&)>& is_file = nullptr);

/// Puts the words of each `@file` in its place, files within files too. `read` gives a file's text
/// by its name in the command; where it gives none the word stays.
std::vector<std::string> WithResponseFiles(
    std::vector<std::string> arguments,
    const std::function<std::optional<std::string>(const std::string&)>& read);

/// Whether a message of the compiler's library is about its arguments, and not about code: a flag
/// of another compiler's, which it passed over.
bool IsAboutArguments(std::string_view message);

}  // namespace memprof::scan

#endif  // MEMPROF_RUNNER_SCAN_COMPILE_ARGUMENTS_H_
