// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_BY_OWNER_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_BY_OWNER_H_

#include <optional>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// For what a function fills in place, as regcomp() does, or gives otherwise than to a local: who
/// calls the release function, and when. Never a diff. Nothing without a pair on the stack.
std::optional<Fix> ReleaseByOwner(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_RELEASE_BY_OWNER_H_
