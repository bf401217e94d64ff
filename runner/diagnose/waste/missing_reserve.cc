// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/missing_reserve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// Sizes that growth must have passed to be told from allocations that have nothing to do with each
/// other. One element at a time, it can be nothing else.
constexpr int kFewestSizesOfPushes = 3;
constexpr int kFewestSizesOfAppends = 8;

/// A hash table grows by a little more than two, so that it may leave out a class.
constexpr int kMostClassesApart = 2;

/// Reallocations in a row of one block.
constexpr std::uint64_t kShortestChain = 4;

/// What was given up in growing.
struct GivenUp {
  double bytes = 0;
  double blocks = 0;
};

GivenUp ByRealloc(const record::Site& site) {
  if (site.longest_chain < kShortestChain || site.bytes < site.largest) return {};
  // A block that shrinks has a large old size too.
  const std::uint64_t bytes = std::min(site.realloc_bytes, site.bytes - site.largest);
  return {static_cast<double>(bytes), static_cast<double>(site.reallocs)};
}

/// The sizes of one class are taken to lie equally far into each: doubling does that.
double SizeWithinClass(const record::Site& site) {
  double of_begins = 0;
  for (int i = 1; i < record::kSizeClasses; ++i)
    of_begins += site.sizes[i] * std::ldexp(1.0, i - 1);
  return of_begins > 0 ? static_cast<double>(site.bytes) / of_begins : 1;
}

GivenUp ByGrowth(const record::Site& site, int fewest_sizes) {
  const double within = SizeWithinClass(site);
  GivenUp given_up;
  int last = 0, sizes = 0;
  std::uint32_t grown = 0;  // blocks that went through all classes so far
  for (int i = 1; i < record::kSizeClasses; ++i) {
    if (site.sizes[i] == 0) continue;
    if (last > 0) {
      if (i - last > kMostClassesApart) break;
      grown = std::min(grown, site.sizes[i]);
      given_up.bytes += grown * within * std::ldexp(1.0, last - 1);
      given_up.blocks += grown;
    } else {
      grown = site.sizes[i];
    }
    last = i;
    ++sizes;
  }
  if (sizes < fewest_sizes) return {};
  given_up.bytes = std::min(given_up.bytes, static_cast<double>(site.bytes - site.largest));
  return given_up;
}

struct Growth {
  GivenUp given_up;
  const char* what = "";
};

Growth GrowthOf(const CalledSite& site) {
  switch (site.call) {
    case AllocatingCall::kDirect:
      return {ByRealloc(*site.counts), "buffer"};
    case AllocatingCall::kPushBack:
      return {ByGrowth(*site.counts, kFewestSizesOfPushes), site.is_string ? "string" : "vector"};
    case AllocatingCall::kAppend:
      return {ByGrowth(*site.counts, kFewestSizesOfAppends), site.is_string ? "string" : "vector"};
    case AllocatingCall::kRehash:
      return {ByGrowth(*site.counts, kFewestSizesOfPushes), "hash table"};
    default:
      return {};
  }
}

std::optional<WasteClaim> ClaimAt(const WastePlace& place) {
  GivenUp all;
  double most = 0;
  const char* what = "";
  std::uint64_t largest = 0;
  for (const CalledSite& site : place.sites) {
    const Growth growth = GrowthOf(site);
    if (growth.given_up.blocks < 1) continue;
    all.bytes += growth.given_up.bytes;
    all.blocks += growth.given_up.blocks;
    largest = std::max(largest, site.counts->largest);
    if (growth.given_up.bytes >= most) what = growth.what;
    most = std::max(most, growth.given_up.bytes);
  }
  if (all.blocks < 1) return std::nullopt;
  WasteClaim claim;
  claim.pattern = Pattern::kMissingReserve;
  claim.at = &place;
  claim.bytes = static_cast<std::int64_t>(all.bytes);
  claim.calls = static_cast<std::int64_t>(all.blocks);
  claim.title = fmt::format("missing reserve: {} given up in {} while a {} grows",
                            HumanBytes(claim.bytes), Counted(claim.calls, "block"), what);
  claim.cause = fmt::format(
      "The {} is filled without having been told its size, so it allocates a larger block again "
      "and again, and copies or moves all that is in it.",
      what);
  claim.decided_by = {"blocks of this line were given up for larger ones"};
  claim.evidence = {fmt::format("{} in {} were given up for larger ones, up to {}",
                                HumanBytes(claim.bytes), Counted(claim.calls, "block"),
                                HumanBytes(static_cast<std::int64_t>(largest)))};
  return claim;
}

}  // namespace

std::vector<WasteClaim> ClaimMissingReserves(const std::vector<WastePlace>& places) {
  std::vector<WasteClaim> claims;
  for (const WastePlace& place : places) {
    if (std::optional<WasteClaim> claim = ClaimAt(place)) claims.push_back(*std::move(claim));
  }
  return claims;
}

}  // namespace memprof
