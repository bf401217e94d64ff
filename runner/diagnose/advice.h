// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_ADVICE_H_
#define MEMPROF_RUNNER_DIAGNOSE_ADVICE_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/analyze/site_retention.h"
#include "runner/diagnose/lost_structure.h"
#include "runner/report/report.h"

namespace memprof {

/// What to change, for the patterns where that is certain from the pattern alone; empty for the
/// rest, for a guess would send the reader the wrong way. Without a diff.
std::optional<Fix> FixFor(FindingKind kind, Pattern pattern);

/// What to do about objects that are not released: `releases` are the functions that would, by the
/// pair table; empty where the tests announce both themselves.
Fix FixForNotReleased(const std::vector<std::string>& releases);

/// What to do about memory that was lost.
Fix FixForLost(LostStructure structure);

/// What to do about owners that keep each other alive: which member or capture to weaken.
Fix FixForCycle(const OwnershipCycle& cycle);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_ADVICE_H_
