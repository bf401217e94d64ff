// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_ACQUIRING_PLACES_H_
#define MEMPROF_RUNNER_DIAGNOSE_ACQUIRING_PLACES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runner/analyze/growth.h"
#include "runner/analyze/process_series.h"
#include "runner/diagnose/evidence.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/thresholds.h"

namespace memprof {

/// Where descriptors, threads or mappings are opened, created or mapped, by the trace: all stacks
/// that meet at one line of the user's code.
struct AcquiringPlace {
  Place place;
  std::vector<std::int64_t> values;  ///< alive at the end of each run: count, or mapped bytes
  GrowthResult growth;
  std::set<std::string> targets;  ///< of descriptors

  /// Mean rise a run after warm-up; less than 0 where they become fewer.
  double slope = 0;
};

/// Those of one quantity that have a stack, steepest first; growing or not.
std::vector<AcquiringPlace> AcquiringPlaces(Quantity quantity, const TestEvidence& evidence,
                                            const DiagnoseContext& context,
                                            const Thresholds& thresholds);

/// The lines of the user's code where something that grows is acquired.
std::set<FileLine> LinesThatAcquire(const TestEvidence& evidence, const DiagnoseContext& context,
                                    const Thresholds& thresholds);

/// What a quantity grows by a run in all: the total's slope, or for descriptors that of the
/// identities which grow by themselves, whichever is more. 0 when nothing grows.
double GrowthPerRun(Quantity quantity, const ProcessSeries& series, const Thresholds& thresholds);

/// How much of that has no stack, because no hook saw it acquired: 0 when all of it has one. Less
/// than half a descriptor or thread, or than a page and a tenth of the mapped bytes, is nothing:
/// the slopes of parts need not add up exactly.
double UnseenPerRun(Quantity quantity, const TestEvidence& evidence, const Thresholds& thresholds);

/// Places of descriptors that Valgrind saw open at the end, of which at least three quarters of the
/// runs left one; most first.
struct OpenPlace {
  Place place;
  std::int64_t count = 0;
  std::set<std::string> targets;
};
std::vector<OpenPlace> OpenPlaces(const TestEvidence& evidence, const DiagnoseContext& context);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_ACQUIRING_PLACES_H_
