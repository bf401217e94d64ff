// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_TRIAGE_SELECTION_H_
#define MEMPROF_RUNNER_PLAN_TRIAGE_SELECTION_H_

#include <vector>

#include "runner/analyze/suspects.h"
#include "runner/parse/record_file.h"
#include "runner/plan/run_options.h"
#include "runner/report/report.h"

namespace memprof {

/// Which tests go from the screen to triage.
struct TriageSelection {
  std::vector<Suspect> suspects;
  /// What `--only` leaves out, and would have been looked at without it: that is no clean result.
  std::vector<NotMeasured> left_out;
};

/// The screen's suspects; with `--only trace` every test that ran; with `--only screen` none.
TriageSelection SelectForTriage(const RecordFile& record, const RunOptions& options);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_TRIAGE_SELECTION_H_
