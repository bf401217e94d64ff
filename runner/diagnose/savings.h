// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_SAVINGS_H_
#define MEMPROF_RUNNER_DIAGNOSE_SAVINGS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runner/report/report.h"

namespace memprof {

// What it would save to mend findings, such that no block is counted twice. Bytes are those of each
// finding's worst test, so that sums are what is certain.

/// Bytes that each run keeps less when the finding is mended. Only of what grows from run to run:
/// memory that is kept once and what never evicts is held by what a growing finding tells already,
/// and would count twice.
std::optional<std::int64_t> KeptReduction(const Finding& finding);

/// Bytes that a run allocates less. A call that makes most of a peak is no waste by itself.
std::optional<std::int64_t> WasteReduction(const Finding& finding);

/// What one finding saves, and whose blocks those may be.
struct Saving {
  const Finding* finding = nullptr;
  std::int64_t bytes = 0;
  /// A greater saving that may be of the same blocks, so that this one adds nothing to it: two
  /// kinds of loss, or two ways to waste, at one line of one test. Null where it counts.
  const Finding* counted_with = nullptr;
};

/// The savings of those findings that `amount` knows one of, greatest first. They point into
/// `findings`.
std::vector<Saving> SavingsOf(std::span<const Finding> findings,
                              std::optional<std::int64_t> (*amount)(const Finding&));

/// Their sum, of those that count; none where there are none.
std::optional<std::int64_t> SumOnce(std::span<const Saving> savings);

/// 0 for the cheapest, by the words that fixes use for their effort.
int EffortRank(const Finding& finding);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_SAVINGS_H_
