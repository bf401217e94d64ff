// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_SOURCE_EXCERPTS_H_
#define MEMPROF_RUNNER_EXECUTE_SOURCE_EXCERPTS_H_

#include <string>

#include "runner/report/report.h"

namespace memprof {

/// Reads the lines around those that findings and profiles name into `report->sources`, in place of
/// what was there. Left out: files that cannot be read or lie outside of the root, as in
/// ReadSourceText; those written after a program or library whose code they are, for their lines
/// are others; and what does not fit into kMostExcerptBytes.
void ReadSourceExcerpts(const std::string& source_root, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_SOURCE_EXCERPTS_H_
