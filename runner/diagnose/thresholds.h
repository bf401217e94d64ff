// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_THRESHOLDS_H_
#define MEMPROF_RUNNER_DIAGNOSE_THRESHOLDS_H_

#include <cstdint>
#include <optional>

#include "runner/analyze/growth.h"

namespace memprof {

/// Waste is told when it has this share of all that a test allocates (calls or bytes), and is at
/// least this much. 5 %, 64 KiB, 10,000 calls: below that no rewrite pays for the time that it
/// takes.
struct WasteRule {
  double share = 0.05;
  std::int64_t bytes = 64 << 10;
  std::int64_t calls = 10000;
  /// Tests looked at, those that allocate most first: each costs one more run with a trace.
  int max_tests = 20;
  /// Seconds for all of them together; as long as the screen took where that is longer.
  double budget_s = 60;
};

/// The one table of thresholds. Each is a flag of `memprof run` and a key of memprof.toml.
struct Thresholds {
  /// When a series grows: see GrowthRule.
  GrowthRule growth;

  /// Runs of a suspect in triage. 12: three of warm-up, a baseline, and eight steps, which is two
  /// whole turns of a growth that rests every fourth run.
  int triage_runs = 12;

  /// A series that still grows is run on, doubling, up to this many runs. 1,024: an LRU of 1,000
  /// entries that takes 10 a run looks linear for 100 runs.
  int max_runs = 1024;

  /// Growth that was followed for fewer runs than this is a WARNING: a cache of some dozens of
  /// entries may not be full yet.
  int min_runs_for_critical = 48;

  /// Time for the runs of one test beyond the first `triage_runs`, in seconds.
  double growth_budget_s = 30;

  /// Memory kept once is worth a WARNING from here on, in bytes. 1 MiB: below it, statics and
  /// tables that programs fill on first use are the rule.
  std::int64_t one_time_bytes = 1 << 20;

  /// A peak is a spike above this, in bytes, ...
  std::int64_t peak_spike_bytes = 64 << 20;
  /// ... and above this many times the median peak of the suite's tests.
  double peak_spike_factor = 10;

  /// When waste is worth a person's time.
  WasteRule waste;

  /// What a test may reach that sets itself no limit: its peak and what it keeps in bytes, and how
  /// often it may allocate. Without a value there is no budget.
  std::optional<std::int64_t> peak_budget_bytes;
  std::optional<std::int64_t> kept_budget_bytes;
  std::optional<std::int64_t> allocation_budget;
};

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_THRESHOLDS_H_
