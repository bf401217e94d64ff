// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MEMORY_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_MEMORY_FINDINGS_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Lost memory, growing memory, and memory kept once. What the lost blocks explain of a growth is
/// no second finding: the largest of them shows the series then.
std::vector<Finding> MemoryFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                    const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MEMORY_FINDINGS_H_
