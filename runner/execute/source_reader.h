// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SOURCE_READER_H_
#define MEMPROF_RUNNER_EXECUTE_SOURCE_READER_H_

#include <set>
#include <string>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Reads `files` below the source root. What is missing, not a plain file, or larger than 4 MiB (it
/// is made by a program, and nobody mends it by hand) is left out.
Sources ReadSources(const std::set<std::string>& files, const std::string& source_root);

/// Advise() with what is below the source root.
void AdviseFromDisk(const std::string& source_root, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SOURCE_READER_H_
