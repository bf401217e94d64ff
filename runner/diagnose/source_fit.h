// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SOURCE_FIT_H_
#define MEMPROF_RUNNER_DIAGNOSE_SOURCE_FIT_H_

#include <set>
#include <string>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// Files on the finding's stack that cannot be what was compiled, so that their lines mean nothing:
/// a line of theirs is behind the end, has no code, or is in another function than the stack says;
/// of files that are newer than the program, also a line without the name of what it calls. A
/// heuristic: lines that moved within one function may fit by chance where nothing is newer.
std::set<std::string> FilesThatDoNotFit(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SOURCE_FIT_H_
