// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SOURCE_READER_H_
#define MEMPROF_RUNNER_EXECUTE_SOURCE_READER_H_

#include <optional>
#include <set>
#include <string>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Reads `files` below the source root, then what they include in quotes, for classes and
/// counterparts are declared there, then the sources of those headers (`log.cc` of `log.h`, in
/// `src/` for `include/`). An include is looked for beside the file and in each directory above it
/// up to the root, and in their `include` and `src`; its own includes are not.
///
/// Left out: what is missing, no plain file, no text, outside of the root by a symbolic link or
/// `..`, or larger than 4 MiB (it is made by a program, and nobody mends it by hand); includes and
/// their sources beyond 200; all beyond 32 MiB together.
Sources ReadSources(const std::set<std::string>& files, const std::string& source_root);

/// The text of one of them, under the same limits; nothing where it is left out.
std::optional<std::string> ReadSourceText(const std::string& file, const std::string& source_root);

/// Advise() with what is below the source root. Files on stacks that were written after the module
/// of their frame are marked.
void AdviseFromDisk(const std::string& source_root, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SOURCE_READER_H_
