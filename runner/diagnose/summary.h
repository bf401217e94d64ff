// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SUMMARY_H_
#define MEMPROF_RUNNER_DIAGNOSE_SUMMARY_H_

#include "runner/report/report.h"

namespace memprof {

/// Counts, sums and order over the findings of a report, for a reader who has time for one screen.
///
/// Bytes are those of each finding's worst test, so the sums are what is certain to be saved, and
/// less than the whole where several tests show a finding. What two findings of one line and one
/// test say is taken for the same blocks: the larger counts.
Summary SummaryOf(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SUMMARY_H_
