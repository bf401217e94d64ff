// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_GROWING_PLACES_H_
#define MEMPROF_RUNNER_DIAGNOSE_GROWING_PLACES_H_

#include <cstdint>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/thresholds.h"

namespace memprof {

/// All sites at one place of the user's code, that grow together.
struct GrowingPlace {
  Place place;  ///< that of its largest site
  std::int64_t bytes_per_run = 0;
  std::int64_t blocks_per_run = 0;  ///< by the trace alone
  double share = 0;                 ///< of the growth of all growing places, 0 to 1
  // By the trace alone:
  int rises = 0;       ///< runs at whose end there was more than at the end of the one before
  int runs = 0;        ///< runs looked at
  int runs_alive = 0;  ///< runs of which blocks are alive at the end
  std::vector<const TracedSite*> sites = {};  ///< they point into the evidence
};

/// What was seen to grow, and what of it is told by findings of another kind.
struct SeenGrowing {
  bool by_trace = false;             ///< else by massif
  std::vector<GrowingPlace> places;  ///< what has no finding of another kind, most growth first
  std::int64_t lost_bytes = 0;       ///< a run, at the lines where memory is lost
  std::int64_t resource_bytes = 0;   ///< a run, at the lines where growing resources are acquired
};

/// Where memory grows: by the trace, and where that has no stack of it by massif. The sites of a
/// place are summed up before they are judged, by the rule that convicted the sum of all
/// (ClassifyGrowth): one call may be reached by many stacks, of which each is taken only now and
/// then. Where that sum does not grow, the sites that do by themselves are summed up. Where no
/// place grows by itself, those that rose in the last half of the runs are named.
SeenGrowing FindGrowing(const TestEvidence& evidence, const DiagnoseContext& context,
                        const Thresholds& thresholds);

/// The places that massif saw grow, of one scope, most first: the second opinion on the trace.
std::vector<GrowingPlace> MassifPlaces(const TestEvidence& evidence, Scope scope,
                                       const DiagnoseContext& context);

/// All places of the trace, growing or not, most bytes first.
struct TracedPlace {
  Place place;  ///< that of its largest site
  std::vector<std::int64_t> bytes;
  std::vector<std::int64_t> blocks;
  int runs_alive = 0;
  std::vector<const TracedSite*> sites;  ///< most bytes first; they point into the evidence
};
std::vector<TracedPlace> TracedPlaces(const TestEvidence& evidence, const DiagnoseContext& context);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_GROWING_PLACES_H_
