// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_VERDICTS_H_
#define MEMPROF_RUNNER_DIAGNOSE_VERDICTS_H_

#include <cstdint>
#include <optional>

#include "runner/analyze/growth.h"
#include "runner/analyze/process_series.h"
#include "runner/diagnose/thresholds.h"
#include "runner/report/report.h"

namespace memprof {

/// What one piece of evidence amounts to.
struct Verdict {
  FindingKind kind = FindingKind::kMemoryLeak;
  Severity severity = Severity::kWarning;

  bool operator==(const Verdict&) const = default;
};

// The rows of the table of verdicts, one function a kind of evidence. Empty: no finding.

/// Unreachable blocks. `recurs`: made in at least two iterations; `outside_root`: allocated wholly
/// outside the source root; `repeatable`: the test can run more than once in one process.
Verdict DecideLost(bool recurs, bool outside_root, bool repeatable);

/// A series that was followed for `runs` iterations. Only memory depends on how long: a cache of
/// some dozens of entries is common, and a pool of descriptors that each run draws from is not.
std::optional<Verdict> DecideGrowth(Quantity quantity, const GrowthResult& growth, int runs,
                                    const Thresholds& thresholds);

/// A gauge of the tests' own, or objects that are not released: as descriptors and threads.
std::optional<Verdict> DecideGaugeGrowth(const GrowthResult& growth);

/// Memory, by DecideGrowth. `given_back`: by a later test, when the whole suite runs.
std::optional<Verdict> DecideMemoryGrowth(const GrowthResult& growth, int runs, bool given_back,
                                          const Thresholds& thresholds);

/// Memory that the first run kept: `kept_once` bytes in its window, of which `still_kept` were
/// there after the last run and `lost` were unreachable; `growing` when later runs add to it.
std::optional<Verdict> DecideOneTime(std::int64_t kept_once, std::int64_t still_kept,
                                     std::int64_t lost, bool growing, const Thresholds& thresholds);

/// The peak of a test's worst run, in bytes. `median` is that of all measured tests' peaks.
std::optional<Verdict> DecidePeak(std::int64_t peak, std::int64_t median,
                                  const Thresholds& thresholds);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_VERDICTS_H_
