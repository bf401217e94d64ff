// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MERGE_H_
#define MEMPROF_RUNNER_DIAGNOSE_MERGE_H_

#include <span>

#include "runner/report/report.h"

namespace memprof {

/// Fills in what follows from the rest: each test's verdict, the order of the tests by what was
/// found, `summary`. Must be called after findings or not_measured changed.
void Summarize(Report* report);

/// Brings partial reports of one run together: the screen's (with all tests) first, then those of
/// single tests, whose findings, gaps and stages are added. Findings with the same fingerprint
/// become one. The result is summarized.
Report MergeReports(std::span<const Report> parts);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MERGE_H_
