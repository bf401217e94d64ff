// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/string_concatenation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// Below that nobody notices.
constexpr std::uint64_t kShortestResult = 512;

/// With fewer pieces doubling costs as much as copying.
constexpr double kFewestPieces = 32;

/// How far the sizes may be from evenly spread: the largest difference of the shares below any size
/// (Kolmogorov and Smirnov's distance). 0.15: real pieces are of different lengths.
constexpr double kMostUneven = 0.15;

/// Allocated by a rewrite for each string, in times of its length: see the header.
constexpr double kTimesResult = 8;

/// Calls of a rewrite for each string: doubling from 16 bytes to 256 MiB.
constexpr double kCallsForEach = 24;

/// The upper end of a size class, in bytes.
double EndOfClass(int size_class) { return std::ldexp(1.0, size_class); }

bool IsEvenlySpread(const record::Site& site) {
  const auto all = static_cast<double>(site.allocations);
  const auto largest = static_cast<double>(site.largest);
  double below = 0;
  for (int i = 0; i < record::kSizeClasses && EndOfClass(i) < largest; ++i) {
    below += site.sizes[i];
    if (std::abs(below / all - EndOfClass(i) / largest) > kMostUneven) return false;
  }
  return true;
}

double SmallestSize(const record::Site& site) {
  for (int i = 0; i < record::kSizeClasses; ++i) {
    if (site.sizes[i] > 0) return EndOfClass(i);
  }
  return std::numeric_limits<double>::infinity();
}

double Pieces(const record::Site& site) {
  return static_cast<double>(site.largest) / SmallestSize(site);
}

/// The sum must live until the next one is made from it.
bool BuildsAString(const record::Site& site) {
  return 2 * site.temporaries < site.allocations && site.largest >= kShortestResult &&
         static_cast<double>(site.allocations) >= kFewestPieces && Pieces(site) >= kFewestPieces &&
         IsEvenlySpread(site);
}

/// Whether something else in the test is of growing length, as often as `sum` and as long.
bool HasOperandsOfGrowingLength(const std::vector<WastePlace>& places, const record::Site& sum) {
  for (const WastePlace& place : places) {
    for (const CalledSite& site : place.sites) {
      if (site.call == AllocatingCall::kConcatenation) continue;
      const record::Site& other = *site.counts;
      if (2 * other.allocations >= sum.allocations && 2 * other.largest >= sum.largest &&
          IsEvenlySpread(other)) {
        return true;
      }
    }
  }
  return false;
}

std::optional<WasteClaim> ClaimAt(const WastePlace& place, const std::vector<WastePlace>& places) {
  const record::Site* result = nullptr;  // doubling makes the others of the line larger than it
  std::uint64_t bytes = 0, calls = 0;
  for (const CalledSite& site : place.sites) {
    if (site.call != AllocatingCall::kConcatenation || !BuildsAString(*site.counts)) continue;
    bytes += site.counts->bytes;
    calls += site.counts->allocations;
    if (result == nullptr || site.counts->largest < result->largest) result = site.counts;
  }
  if (result == nullptr || HasOperandsOfGrowingLength(places, *result)) return std::nullopt;
  const double strings = std::max(1.0, static_cast<double>(result->allocations) / Pieces(*result));
  const double kept = kTimesResult * strings * static_cast<double>(result->largest);
  WasteClaim claim;
  claim.pattern = Pattern::kStringConcatenation;
  claim.at = &place;
  claim.bytes = static_cast<std::int64_t>(static_cast<double>(bytes) - kept);
  claim.calls = static_cast<std::int64_t>(static_cast<double>(calls) - kCallsForEach * strings);
  if (claim.bytes <= 0 || claim.calls <= 0) return std::nullopt;
  const std::string amount = fmt::format("{} in {}", HumanBytes(static_cast<std::int64_t>(bytes)),
                                         Counted(static_cast<std::int64_t>(calls), "call"));
  const std::string length = HumanBytes(static_cast<std::int64_t>(result->largest));
  claim.title = fmt::format("string concatenation: {} to build a string of {}", amount, length);
  claim.cause =
      "Each piece that is added makes a new string and copies into it all that was there before, "
      "so the bytes grow with the square of the result.";
  claim.decided_by = {
      "sums of strings at this line have all lengths up to that of the longest, "
      "equally often"};
  claim.evidence = {
      fmt::format("{} by sums of strings at this line, the longest {}", amount, length)};
  return claim;
}

}  // namespace

std::vector<WasteClaim> ClaimConcatenations(const std::vector<WastePlace>& places) {
  std::vector<WasteClaim> claims;
  for (const WastePlace& place : places) {
    if (std::optional<WasteClaim> claim = ClaimAt(place, places)) {
      claims.push_back(*std::move(claim));
    }
  }
  return claims;
}

}  // namespace memprof
