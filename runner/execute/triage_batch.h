// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_EXECUTE_TRIAGE_BATCH_H_
#define MEMPROF_RUNNER_EXECUTE_TRIAGE_BATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runner/diagnose/evidence.h"
#include "runner/execute/triage_context.h"

namespace memprof {

/// What one process showed of one owner.
struct Followed {
  TestEvidence evidence;
  std::uint32_t test = 0;  ///< whose rerun shows it
  std::string owner;       ///< TracedOwner::name
  int runs = 0;
  double own_seconds_per_run = 0;  ///< of the test itself
  /// Of a process that runs the test alone: its suite's time and the process's are in it.
  double seconds_per_run = 0;
  double budget_left_s = 0;  ///< of the growth budget
  /// It must not be run beside others: it did otherwise there, or its blocks have no owners.
  bool alone = false;
  /// The test that gives back what this one keeps ran in the same process, after it each time: what
  /// grows all the same, it does not give back.
  bool giver_ran_along = false;
};

/// A test that did in a rerun what it never did in the screen.
struct Unrepeatable {
  std::uint32_t test = 0;
  std::string why;    ///< a clause
  int safe_runs = 0;  ///< in one process, before it
};

/// What a process that ran several tests again and again left.
struct BatchResult {
  /// Why there are no series: it crashed, hung, … A clause; empty when there are.
  std::string why;
  bool timed_out = false;
  std::uint32_t running = record::kNoTest;  ///< when the process ended before its time
  std::vector<Unrepeatable> unrepeatable;
  std::vector<std::uint32_t> missing;  ///< tests that did not run so often
  /// The tests in their order, then their suites and the program. When the process has no trace
  /// and ran a single test: that one with the series of the process. Else empty.
  std::vector<Followed> owners;
};

/// Runs `tests` together, `runs` times in one process. With `shows_progress` the progress line
/// counts their runs.
BatchResult RunBatch(const TriageContext& context, const std::vector<std::uint32_t>& tests,
                     int runs, int settle_ms, bool shows_progress = false);

/// The verdict on a single test's process: its evidence, which may say why there is none.
Followed EvidenceOfOne(const TriageContext& context, std::uint32_t test, const BatchResult& result);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_EXECUTE_TRIAGE_BATCH_H_
