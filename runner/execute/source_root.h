// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SOURCE_ROOT_H_
#define MEMPROF_RUNNER_EXECUTE_SOURCE_ROOT_H_

#include <string>
#include <vector>

#include "runner/parse/record_file.h"
#include "runner/plan/run_options.h"

namespace memprof {

/// The directory that the user's own code lies below, absolute: `--source-root`, else git's top
/// level, else what the CI names (GITHUB_WORKSPACE, CI_PROJECT_DIR), each only if tests lie below
/// it, for a wrong root would make everybody's code a library's; else the directory that all test
/// files have in common; else the current one.
std::string FindSourceRoot(const RunOptions& options, const RecordFile& record);

/// The same by files of the user's code, absolute, of a program that has no tests.
std::string FindSourceRoot(const RunOptions& options, const std::vector<std::string>& files);

/// Makes the tests' files absolute: `__FILE__` is relative where the compiler was given relative
/// paths, mostly to the build directory. Looks from the current directory, and from the binary's
/// upwards. Files that are nowhere stay as they are. Applies `--path-map`.
void ResolveTestFiles(const RunOptions& options, RecordFile* record);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SOURCE_ROOT_H_
