// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_FIX_PROPOSE_FIX_H_
#define MEMPROF_RUNNER_DIAGNOSE_FIX_PROPOSE_FIX_H_

#include <optional>

#include "runner/report/report.h"
#include "runner/source/source_file.h"

namespace memprof {

/// What to change, made for the finding's pattern from a template with the user's own names. A diff
/// where the sources show that it is right as far as text can tell: it compiles, and nothing that
/// the function does but leak is changed; else a snippet with the user's names, and why there is no
/// diff. `finding` is classified. Keeps what the finding's fix has already where the pattern has no
/// template. Empty where nothing honest can be said.
std::optional<Fix> ProposeFix(const Finding& finding, const Sources& sources);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_FIX_PROPOSE_FIX_H_
