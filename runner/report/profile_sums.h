// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_REPORT_PROFILE_SUMS_H_
#define MEMPROF_RUNNER_REPORT_PROFILE_SUMS_H_

#include <map>
#include <string>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

/// The profiles that may be added up: in the report's order, without those of tests that one before
/// has already. Pointers into `report`.
std::vector<const Profile*> DistinctProfiles(const Report& report);

/// What the calls on one line of the user's allocate: in one run (the mean), but for kept bytes,
/// which are those at the end of all runs.
struct LineFigures {
  double allocated_bytes = 0;
  double allocations = 0;
  double temporary_bytes = 0;
  double kept_bytes = 0;
  double kept_blocks = 0;
};

/// For each file below the source root (its path is relative) that distinct profiles name, by line.
/// A line has what is allocated by it and by all that it calls in other places; a stack counts once
/// for each line that it passes through, so lines cannot be added up.
std::map<std::string, std::map<int, LineFigures>> FiguresByLine(const Report& report);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_REPORT_PROFILE_SUMS_H_
