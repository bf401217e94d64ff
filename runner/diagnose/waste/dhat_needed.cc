// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "runner/diagnose/waste/content_waste.h"
#include "runner/diagnose/waste/copying_function.h"
#include "runner/diagnose/waste/waste_findings.h"

namespace memprof {
namespace {

// A smaller block that is not used up is an object, whose size is its type's.
constexpr std::uint64_t kLargeBlock = 4096;

}  // namespace

DhatNeeded DhatFor(const WasteEvidence& evidence, const Thresholds& thresholds) {
  DhatNeeded needed;
  const WasteTotals totals = TotalsOf(evidence);
  // Calls of one place may be many sites, each below the rule.
  std::uint64_t copied_bytes = 0;
  std::uint64_t copied_calls = 0;
  for (const WasteSite& site : evidence.sites) {
    const bool is_large = site.counts.largest >= kLargeBlock;
    if (is_large && PassesRule(site.counts.bytes, 0, totals, thresholds.waste)) needed.heap = true;
    if (!OutermostCopy(site.stack)) continue;
    copied_bytes += site.counts.bytes;
    copied_calls += site.counts.allocations;
  }
  needed.copies = PassesRule(copied_bytes, copied_calls, totals, thresholds.waste);
  // What becomes of a copy is told by the blocks that it lies in.
  needed.heap = needed.heap || needed.copies;
  return needed;
}

}  // namespace memprof
