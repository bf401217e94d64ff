// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/oversize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include "runner/analyze/function_name.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/waste/content_waste.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::uint64_t kLeastRun = 64;
// Of a block, or of all bytes of a call: what is used to a half is no waste, for who knows the size
// of what comes?
constexpr std::uint64_t kLeastPart = 4;

struct Oversize {
  Place place;
  std::uint64_t untouched = 0;
  std::uint64_t allocated = 0;
  std::uint64_t blocks = 0;
  std::uint64_t touched = 0;  ///< at most
};

bool IsZeroed(const DhatPoint& point) {
  return !point.stack.empty() && ShortFunctionName(point.stack.front().function) == "calloc";
}

std::uint64_t TouchedAtMost(const DhatPoint& point) {
  if (!point.accesses.empty() && point.total_blocks > 0) {
    const auto used =
        static_cast<std::uint64_t>(std::count_if(point.accesses.begin(), point.accesses.end(),
                                                 [](std::uint64_t count) { return count > 0; }));
    return used * point.total_blocks;
  }
  return point.written_bytes + (IsZeroed(point) ? point.read_bytes : 0);
}

Finding Tell(const Oversize& oversize, const WasteEvidence& evidence,
             const DiagnoseContext& context) {
  Finding finding =
      StartWaste(oversize.place, Pattern::kOversize, oversize.untouched, 0, evidence, context);
  const auto allocated = static_cast<std::int64_t>(oversize.allocated);
  const auto blocks = static_cast<std::int64_t>(oversize.blocks);
  const auto touched = static_cast<std::int64_t>(oversize.touched);
  finding.title = fmt::format("oversize: {} allocated in {}, at most {} of it ever touched",
                              HumanBytes(allocated), Counted(blocks, "block"), HumanBytes(touched));
  finding.decided_by.push_back(
      fmt::format("DHAT counted {} of accessed bytes at most in {} of allocated ones",
                  HumanBytes(touched), HumanBytes(allocated)));
  finding.cause =
      "The capacity is chosen far larger than what is ever put in. Bytes that nobody touches cost "
      "little physical memory where whole pages of them lie together, but address space, page "
      "tables, and time where they are cleared or given back.";
  finding.evidence.push_back(
      {"dhat", fmt::format("{} in {} a run, of which at most {} are ever written or read",
                           HumanBytes(allocated), Counted(blocks, "block"), HumanBytes(touched))});
  const std::uint64_t at_peak = PeakBytesAt(oversize.place, evidence, context);
  // The share of the peak that is untouched is taken to be that of all.
  const auto of_peak = static_cast<std::int64_t>(static_cast<double>(at_peak) *
                                                 static_cast<double>(oversize.untouched) /
                                                 static_cast<double>(oversize.allocated));
  if (of_peak > 0) finding.fix->expected_peak_reduction_bytes = of_peak;
  return finding;
}

}  // namespace

std::uint64_t UntouchedBytes(const DhatPoint& point) {
  if (point.total_blocks == 0 || point.total_bytes == 0) return 0;
  if (!point.accesses.empty()) {
    std::uint64_t longest = 0;
    std::uint64_t run = 0;
    for (const std::uint64_t count : point.accesses) {
      run = count == 0 ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    const bool is_much = longest >= kLeastRun && longest * kLeastPart >= point.accesses.size();
    return is_much ? longest * point.total_blocks : 0;
  }
  // Read without having been written: something filled it that DHAT does not see.
  if (point.written_bytes == 0 && point.read_bytes > 0 && !IsZeroed(point)) return 0;
  const std::uint64_t touched = TouchedAtMost(point);
  if (touched > point.total_bytes / kLeastPart) return 0;
  return point.total_bytes - 2 * touched;
}

std::vector<Finding> OversizeFindings(const WasteEvidence& evidence, const DiagnoseContext& context,
                                      const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.dhat) return findings;
  std::map<PlaceKey, Oversize> places;
  for (const DhatPoint& point : evidence.dhat->points) {
    if (!point.of_test) continue;
    Place place = PlaceOf(point.stack, Scope::kTest, evidence.test, context);
    if (!place.located || !IsCallersBuffer(point.stack, place)) continue;
    Oversize& oversize = places[KeyOf(place)];
    if (oversize.blocks == 0) oversize.place = std::move(place);
    // A line that fills its buffers when called from elsewhere may need their size.
    oversize.untouched += UntouchedBytes(point);
    oversize.allocated += point.total_bytes;
    oversize.blocks += point.total_blocks;
    oversize.touched += std::min(TouchedAtMost(point), point.total_bytes);
  }
  const WasteTotals totals = TotalsOf(evidence);
  for (const auto& [key, oversize] : places) {
    if (oversize.untouched * kLeastPart < oversize.allocated) continue;
    if (!PassesRule(oversize.untouched, 0, totals, thresholds.waste)) continue;
    findings.push_back(Tell(oversize, evidence, context));
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.waste->bytes > b.waste->bytes;
  });
  return findings;
}

}  // namespace memprof
