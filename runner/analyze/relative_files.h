// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_ANALYZE_RELATIVE_FILES_H_
#define MEMPROF_RUNNER_ANALYZE_RELATIVE_FILES_H_

#include <set>
#include <string>

#include "runner/base/frame.h"

namespace memprof {

/// Gives the frames' relative files their directories: LeakSanitizer prints "../src/cache.cc" where
/// the compiler was called so (Meson, Bazel, ccache with a base directory), and does not say from
/// where. The file is that one of `known`, absolute files of the same program, which ends in the
/// same path without its leading "./" and "../". Where none does, or several, it stays as it is.
///
/// GCC 12's runtime prints "/build//src/cache.cc" for an absolute file of Clang's DWARF 5: of that
/// the known file behind the two slashes is taken.
void ResolveRelativeFiles(const std::set<std::string>& known, Stack* stack);

/// Adds the absolute files of a stack.
void AddAbsoluteFiles(const Stack& stack, std::set<std::string>* files);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_ANALYZE_RELATIVE_FILES_H_
