// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_EXCESS_COPIES_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_EXCESS_COPIES_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// One finding for each line of the user's code that asks for copies which a reference, a view or
/// a move would do for. Needs DHAT's heap mode; its copy mode adds how much was copied. Told where
///
/// - five copies at least were made by copy constructors or copy assignments,
/// - none was ever written after it was made: as many bytes were written as it has,
/// - each was freed before the next was made, by and large,
/// - and all that may be what they were copied from was not written to after it was made either, so
///   that no copy was meant to keep an earlier state.
///
/// A heuristic in the last two: DHAT does not say which block a copy was made from. Where it cannot
/// be told, nothing is said.
std::vector<Finding> CopyFindings(const WasteEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_EXCESS_COPIES_H_
