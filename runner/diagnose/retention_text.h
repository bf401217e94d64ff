// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_RETENTION_TEXT_H_
#define MEMPROF_RUNNER_DIAGNOSE_RETENTION_TEXT_H_

#include <string>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/report/report.h"

namespace memprof {

/// The holder as reports have it, its file relative to the source root.
HeldBy ReportedHolder(const RetentionPath& path, const SiteRetention& retention,
                      const DiagnoseContext& context);

/// The path that brought most of what a site gained between its heap snapshots; null without any.
const RetentionPath* MainPath(const SiteRetention& retention);

/// Sets `held_by` and `retention_path` of a finding on what the call of `site` made, with evidence:
/// how much is held so, and by what else. Does nothing where no snapshot tells of a holder.
void TellHolder(const TracedSite& site, const DiagnoseContext& context, int warm_up,
                Finding* finding);

/// Why memory grows, by its holder: "`cache` takes more each run and gives nothing back: …". Empty
/// where `held_by` is not set. `main`: what TellHolder took, for how weak it is.
std::string HeldCause(const Finding& finding, const RetentionPath& main);

/// The first of the path's blocks that pile up and are the user's own, else the last: "Result, 100
/// blocks a run".
std::string ChildText(const std::vector<RetentionStep>& path);

/// "heap snapshot after run 12: nothing refers to 12 of 24 blocks"; or that it is partial, and why.
/// Empty where there is none, or where it has nothing lost.
std::string LostText(const Reach& reach);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_RETENTION_TEXT_H_
