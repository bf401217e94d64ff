// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#ifndef MEMPROF_RUNNER_DIAGNOSE_WASTE_CONTENT_WASTE_H_
#define MEMPROF_RUNNER_DIAGNOSE_WASTE_CONTENT_WASTE_H_

#include <cstdint>

#include "runner/diagnose/evidence.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/thresholds.h"
#include "runner/diagnose/waste/waste_evidence.h"
#include "runner/report/report.h"

namespace memprof {

// Parts of the findings on what lies in blocks: untouched, copied, twice.

/// All that the test allocates in one run, in bytes and in calls: by the trace, and without one by
/// DHAT.
struct WasteTotals {
  std::uint64_t bytes = 0;
  std::uint64_t calls = 0;
};
WasteTotals TotalsOf(const WasteEvidence& evidence);

/// Whether `bytes` or `calls` of what a test allocates are worth a person's time.
bool PassesRule(std::uint64_t bytes, std::uint64_t calls, const WasteTotals& totals,
                const WasteRule& rule);

/// A finding of kind kOptimization at `place`, with what the place spends for nothing. A rewrite
/// spares `bytes` and, where it spares the allocations too, `calls`.
Finding StartWaste(const Place& place, Pattern pattern, std::uint64_t bytes, std::uint64_t calls,
                   const WasteEvidence& evidence, const DiagnoseContext& context);

/// Whether whoever called, rather than a library, chose how large a block is and what is in it:
/// between the allocating function and the located line there is nothing but vectors, strings and
/// what allocates for them. `place` must be located.
bool IsCallersBuffer(const Stack& stack, const Place& place);

/// What of the peak a place has, in bytes, by the trace.
std::uint64_t PeakBytesAt(const Place& place, const WasteEvidence& evidence,
                          const DiagnoseContext& context);

}  // namespace memprof

#endif  // MEMPROF_RUNNER_DIAGNOSE_WASTE_CONTENT_WASTE_H_
