// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_GROWTH_REACH_H_
#define MEMPROF_RUNNER_DIAGNOSE_GROWTH_REACH_H_

#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// Says in a finding on growth at `sites` why that memory is still there, by heap snapshots: its
/// holder and the way from it, the circle that keeps it, or that nothing refers to it. Returns the
/// cause in a sentence or two; empty where no snapshot tells.
std::string TellWhyAlive(const std::vector<const TracedSite*>& sites,
                         const DiagnoseContext& context, int warm_up, Finding* finding);

/// What it means that LeakSanitizer calls nothing of it lost.
std::string LsanFoundNothing(const std::vector<const TracedSite*>& sites,
                             const DiagnoseContext& context);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_GROWTH_REACH_H_
