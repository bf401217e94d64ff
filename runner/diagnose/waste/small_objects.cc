// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/small_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::uint64_t kLargestObject = 128;
constexpr std::int64_t kFewestOfCalls = 4;  ///< a fourth of all

/// Objects to a block of a pool, at the least.
constexpr std::int64_t kObjectsInBlock = 16;

/// What glibc's malloc takes for a block of `size` bytes: a header of 8, rounded up to 16.
std::uint64_t ChunkOf(std::uint64_t size) {
  return std::max<std::uint64_t>(32, (size + 8 + 15) / 16 * 16);
}

bool AreEqualObjects(const CalledSite& site) {
  if (site.call != AllocatingCall::kObject && site.call != AllocatingCall::kDirect) return false;
  const record::Site& counts = *site.counts;
  return counts.reallocs == 0 && counts.largest <= kLargestObject &&
         counts.bytes == counts.allocations * counts.largest &&
         2 * counts.temporaries < counts.allocations;
}

}  // namespace

std::vector<WasteClaim> ClaimSmallObjects(const std::vector<WastePlace>& places,
                                          const WasteEvidence& evidence, const WasteRule& rule) {
  std::vector<WasteClaim> claims;
  for (const WastePlace& place : places) {
    const record::Site* most = nullptr;  // nodes of two sizes at one line are two kinds of object
    std::uint64_t objects = 0, overhead = 0;
    for (const CalledSite& site : place.sites) {
      if (!AreEqualObjects(site)) continue;
      objects += site.counts->allocations;
      overhead += site.counts->allocations * (ChunkOf(site.counts->largest) - site.counts->largest);
      if (most == nullptr || site.counts->allocations > most->allocations) most = site.counts;
    }
    const auto calls = static_cast<std::int64_t>(objects);
    const auto all = static_cast<std::int64_t>(evidence.allocations);
    if (most == nullptr || calls < rule.calls || calls * kFewestOfCalls < all ||
        static_cast<std::int64_t>(overhead) < rule.bytes) {
      continue;
    }
    WasteClaim claim;
    claim.pattern = Pattern::kSmallObjects;
    claim.at = &place;
    claim.calls = calls - calls / kObjectsInBlock;
    const std::string amount = fmt::format("{} of {}", Counted(calls, "object"),
                                           HumanBytes(static_cast<std::int64_t>(most->largest)));
    claim.title = fmt::format("small objects: {}, each allocated by itself", amount);
    claim.cause =
        "Each object is a call of malloc and one of free, and lies somewhere else; a pool, or a "
        "container that holds objects side by side, takes a block for many.";
    claim.decided_by = {"the blocks of this line have one small size"};
    claim.evidence = {fmt::format("{}; malloc adds {} to them", amount,
                                  HumanBytes(static_cast<std::int64_t>(overhead)))};
    claims.push_back(std::move(claim));
  }
  return claims;
}

}  // namespace memprof
