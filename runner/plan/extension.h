// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_PLAN_EXTENSION_H_
#define MEMPROF_RUNNER_PLAN_EXTENSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runner/diagnose/thresholds.h"

namespace memprof {

/// What the machine can bear, as the driver read it.
struct MachineLimits {
  std::int64_t memory_bytes = 0;  ///< that growth may take up; 0: not known, no limit
  std::int64_t open_files = 0;    ///< the soft limit; 0: none
  /// A user may have far fewer of these than open files (128), and beyond a limit growth looks like
  /// a plateau; 0: not known.
  std::int64_t inotify_instances = 0;
};

/// How fast a suspect grows, by its last series.
struct GrowthRate {
  double bytes_per_run = 0;  ///< memory and mappings together
  double descriptors_per_run = 0;
  double inotify_per_run = 0;  ///< of these, inotify instances
  double threads_per_run = 0;
  double seconds_per_run = 0;

  GrowthRate& operator+=(const GrowthRate& other);
};

/// The next, longer run of a suspect that still grows.
struct NextRun {
  int runs = 0;  ///< 0: there is none
  /// Which limit ended the runs although more are wanted: "the growth budget of 30 s". Empty when
  /// all were done.
  std::string ended_by;
};

/// How many runs come after `runs`. They double; where that is quick (2 s), several doublings are
/// taken at once, since each is a process of its own. `budget_left_s` is what remains of the
/// growth budget.
NextRun PlanExtension(int runs, const GrowthRate& rate, const MachineLimits& limits,
                      double budget_left_s, const Thresholds& thresholds);

/// A suspect whose next run is planned.
struct PlannedRun {
  int runs = 0;
  GrowthRate rate;
  double own_seconds = 0;  ///< of `runs` of the test itself, without what a process shares
  bool alone = false;      ///< it must have a process of its own
};

/// Which of them run together in one process, by index. Only runs of the same length do, and only
/// as many as the machine can bear the growth of; beyond what is quick, the time is shared out
/// among `jobs` processes.
std::vector<std::vector<std::size_t>> PackRuns(const std::vector<PlannedRun>& planned,
                                               const MachineLimits& limits, int jobs);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_PLAN_EXTENSION_H_
