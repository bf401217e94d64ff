// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_GAUGE_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_GAUGE_FINDINGS_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Gauges of the tests' own that grow, and objects that are acquired and not released: these at the
/// lines that acquire them, where the trace knows them, one finding a line. The evidence must have
/// a series.
std::vector<Finding> GaugeFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                   const Thresholds& thresholds);

/// Gauges of the evidence that have no series to judge.
std::vector<NotMeasured> GaugeGaps(const TestEvidence& evidence);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_GAUGE_FINDINGS_H_
