// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_RESOURCE_FINDINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_RESOURCE_FINDINGS_H_

#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// Descriptors, threads and mapped memory that grow. With a trace one finding for each line that
/// opens, creates or maps what grows, and one more for what no hook saw; without it at most one of
/// each kind, at a line that Valgrind's list of open descriptors or the memory that comes along
/// tells, else at that of the test. Empty when the series was not measured.
std::vector<Finding> ResourceFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                      const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_RESOURCE_FINDINGS_H_
