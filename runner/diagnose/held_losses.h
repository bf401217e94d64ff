// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_HELD_LOSSES_H_
#define MEMPROF_RUNNER_DIAGNOSE_HELD_LOSSES_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Tells of what LeakSanitizer calls lost and a heap snapshot sees held: it is no leak with
/// certainty. Where it grows, the growth's finding among `findings` says so as evidence; else it is
/// a WARNING that says who says what. `evidence` must be Reconciled().
void TellHeldLosses(const TestEvidence& evidence, const DiagnoseContext& context,
                    const Thresholds& thresholds, std::vector<Finding>* findings);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_HELD_LOSSES_H_
