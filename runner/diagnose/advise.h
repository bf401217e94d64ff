// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_ADVISE_H_
#define MEMPROF_RUNNER_DIAGNOSE_ADVISE_H_

#include <set>
#include <string>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// The files, as findings name them, whose text Advise needs: those on stacks, of holders and of
/// members to weaken. Without those outside of the source root.
std::set<std::string> FilesToRead(const Report& report);

/// Gives each finding the text of its line, its pattern with what decided it, and its fix. Findings
/// that have a pattern from the evidence itself keep it.
void Advise(const Sources& sources, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_ADVISE_H_
