// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_BUDGETS_H_
#define MEMPROF_RUNNER_DIAGNOSE_BUDGETS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/thresholds.h"
#include "runner/parse/record_file.h"
#include "runner/report/report.h"

namespace memprof {

/// A limit that a test must keep, and who set it.
struct Budget {
  std::int64_t limit = 0;
  std::string file;  ///< where the test sets it itself; empty for the run's own
  int line = 0;
  bool is_its_line = true;    ///< else the line of another limit of the test: one is recorded
  std::int64_t declared = 0;  ///< the part of `limit` that the test keeps on purpose
};

/// What one test may cost. What it sets itself goes before what the run sets for all.
struct TestBudgets {
  std::optional<Budget> peak;         ///< bytes live at once
  std::optional<Budget> kept;         ///< bytes a run
  std::optional<Budget> allocations;  ///< a run

  bool any() const { return peak || kept || allocations; }
};

/// Of each test, by its index in `screen`. What a test keeps on purpose (Keeps) comes on top of
/// what it may keep.
std::vector<TestBudgets> BudgetsOf(const RecordFile& screen, const Thresholds& thresholds);

/// Tests over their budgets. The peak is judged on a test's highest run. What it keeps and how
/// often it allocates is judged on its lowest, for the first one pays for what is made once and
/// stays; what it keeps also on what the runs of triage in `evidence` kept after their warm-up.
std::vector<Finding> OverBudget(const RecordFile& screen, std::span<const TestEvidence> evidence,
                                const DiagnoseContext& context, const Thresholds& thresholds);

/// Budgets that nothing is known of, since the test has no run that was measured to its end.
std::vector<NotMeasured> BudgetGaps(const RecordFile& screen, const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_BUDGETS_H_
