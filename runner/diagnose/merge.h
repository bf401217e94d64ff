// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_MERGE_H_
#define MEMPROF_RUNNER_DIAGNOSE_MERGE_H_

#include <span>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// Fills in what follows from the rest: each test's verdict, the order of the tests by what was
/// found, `summary`. Must be called after findings or not_measured changed.
void Summarize(Report* report);

/// Brings reports together: partial ones of one run, with the screen's (with all tests) first, then
/// those of single tests; shards of one program, which are judged as the whole would be; those of
/// several programs, whose tests then say which binary they are in, see TestsToldApart. Findings
/// with the same fingerprint become one, at its worst: what several parts saw of it is not added
/// up. Where parts contradict each other `conflicts` says so, by `names` (of the parts; "report 2"
/// where it has none). The result is summarized.
Report MergeReports(std::span<const Report> parts, const std::vector<std::string>& names = {});

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_MERGE_H_
