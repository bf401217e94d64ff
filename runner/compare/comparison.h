// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_COMPARE_COMPARISON_H_
#define MEMPROF_RUNNER_COMPARE_COMPARISON_H_

#include <optional>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// How a finding of one result stands to another result of the same tests.
enum class Change {
  kFixed,   ///< in the first alone, and a test that showed it ran and was measured in the second
  kNew,     ///< in the second alone
  kWorse,   ///< in both, and it keeps more than a tenth more a run, or is of higher severity
  kBetter,  ///< in both, and it keeps more than a tenth less a run, or is of lower severity
  kKnown,   ///< in both, and about the same
  kNotMeasured,  ///< in the first alone, and the second did not measure any test that showed it
};

struct ComparedFinding {
  Change change = Change::kKnown;
  std::optional<Finding> before;  ///< empty for kNew
  std::optional<Finding> after;   ///< empty for kFixed and kNotMeasured
  std::string why_not_measured;   ///< of kNotMeasured: a clause
};

struct Comparison {
  std::vector<ComparedFinding> findings;  ///< new, worse, not measured, fixed, better, known
  int base_tests = 0;
  int new_tests = 0;
  int Count(Change change) const;
};

/// Matches findings by fingerprint. Within one function, whose ordinals shift when a finding is
/// added or goes, those with the same line text, holder, cycle and size are matched first, so that
/// what is left over is what is new. Pure.
Comparison Compare(const Report& base, const Report& now);

/// "fixed", "new", "worse", "better", "known", "not measured".
const char* Name(Change change);

/// Sets `baseline` of each finding, worst first with new and worse ones before known ones, and
/// fills in `report->baseline` and the summary. A known finding fails no run.
void HoldAgainstBaseline(const Report& baseline, const std::string& file, Report* report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_COMPARE_COMPARISON_H_
