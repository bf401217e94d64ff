// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_DUPLICATE_DATA_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_DUPLICATE_DATA_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

/// One finding for each line of the user's code whose strings, vectors and arrays were alive
/// several times with equal contents when the test's memory was largest. Of each contents one block
/// is needed. Objects and nodes of containers are left out: that they are equal for a moment does
/// not make them one.
std::vector<Finding> DuplicateFindings(const WasteEvidence& evidence,
                                       const DiagnoseContext& context,
                                       const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_DUPLICATE_DATA_H_
