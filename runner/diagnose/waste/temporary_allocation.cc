// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/temporary_allocation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::int64_t kMuchTraffic = 1 << 20;

/// One block that is kept for all grows to the largest by doubling.
constexpr std::int64_t kTimesLargest = 4;
constexpr std::int64_t kCallsOfGrowth = 32;

}  // namespace

std::vector<WasteClaim> ClaimTemporaries(const std::vector<WastePlace>& places,
                                         const WasteRule& rule) {
  std::vector<WasteClaim> claims;
  for (const WastePlace& place : places) {
    std::int64_t calls = 0, bytes = 0, largest = 0;
    for (const CalledSite& site : place.sites) {
      if (site.call == AllocatingCall::kForeign) continue;
      calls += static_cast<std::int64_t>(site.counts->temporaries);
      bytes += static_cast<std::int64_t>(site.counts->temporary_bytes);
      largest = std::max(largest, static_cast<std::int64_t>(site.counts->largest));
    }
    if (calls < rule.calls && (calls < rule.calls / 10 || bytes < kMuchTraffic)) continue;
    WasteClaim claim;
    claim.pattern = Pattern::kTemporaryAllocation;
    claim.at = &place;
    claim.bytes = std::max<std::int64_t>(0, bytes - kTimesLargest * largest);
    claim.calls = calls - kCallsOfGrowth;
    claim.title = fmt::format("temporary allocation: {}, {}, each freed at once",
                              Counted(calls, "block"), HumanBytes(bytes));
    claim.cause =
        "The line allocates memory that is freed before anything else is allocated or freed: "
        "borrowing what is there already, or keeping one block for all, does the same without.";
    claim.decided_by = {"the blocks are freed as the next thing that their thread does"};
    claim.evidence = {fmt::format("{} of {} each freed as the next thing that its thread did",
                                  Counted(calls, "block"),
                                  calls > 0 ? HumanBytes(bytes / calls) : "0 B")};
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace memprof
