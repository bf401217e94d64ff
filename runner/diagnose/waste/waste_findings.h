// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_FINDINGS_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// Findings of kind kOptimization on what a test allocates for nothing, most bytes first. Each has
/// its pattern, with high confidence, its `waste`, and a `fix` with the expected reductions alone:
/// what a rewrite saves at the least, never more than the evidence proves. Only what passes
/// `thresholds.waste`; a byte is never promised by two findings of one test.
std::vector<Finding> WasteFindings(const WasteEvidence& evidence, const DiagnoseContext& context,
                                   const Thresholds& thresholds);

/// Which of DHAT's modes there is reason to run: see each.
struct DhatNeeded {
  bool heap = false;    ///< large blocks that may never be touched
  bool copies = false;  ///< copies of what is freed or unchanged afterwards
};
DhatNeeded DhatFor(const WasteEvidence& evidence, const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_WASTE_FINDINGS_H_
