// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_LOST_CYCLE_H_
#define MEMPROF_RUNNER_DIAGNOSE_LOST_CYCLE_H_

#include <string>
#include <vector>

#include "runner/analyze/call_site.h"
#include "runner/analyze/site_retention.h"
#include "runner/diagnose/evidence.h"
#include "runner/diagnose/lost_places.h"
#include "runner/report/report.h"

namespace memprof {

/// The circle of owners that keeps what a call made, by heap snapshots; null where there is none,
/// or only blocks that point to each other without owning: a lost container's nodes, a tree's with
/// their parents.
const OwnershipCycle* CycleOf(const TracedSite& site);

/// What is lost with one circle, wherever it was made: one finding.
struct CyclePlaces {
  const OwnershipCycle* cycle = nullptr;
  std::vector<LostPlace> places;  ///< most bytes first; never empty
};

/// Takes out of `direct` and `others` what circles keep, and out of `others` what heap snapshots do
/// not tell of and nothing direct holds, where one circle of its scope can hold it.
std::vector<CyclePlaces> TakeCycles(std::vector<LostPlace>* direct, std::vector<LostPlace>* others);

/// Sets the finding's pattern, cycle, member to weaken and fix.
void TellCycle(const OwnershipCycle& cycle, const DiagnoseContext& context, Finding* finding);

/// "chat::Session and chat::Connection keep each other alive: …".
std::string CycleCause(const OwnershipCycle& cycle);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_LOST_CYCLE_H_
