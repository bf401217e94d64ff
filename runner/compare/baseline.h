// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_BASELINE_H_
#define MEMPROF_RUNNER_COMPARE_BASELINE_H_

#include "runner/report/report.h"

namespace memprof {

/// What of a report a later run can be held against: its findings in the order of their places,
/// each with what tells it from others and how much it is. Times, series, figures that depend on
/// the number of runs, the machine's paths and the tests are left out, so that the file is small
/// and the same program gives the same file. Pure.
Report BaselineOf(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_BASELINE_H_
