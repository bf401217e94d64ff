// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/content_waste.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "runner/analyze/function_name.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/waste/copying_function.h"
#include "runner/diagnose/waste/waste_place.h"

namespace memprof {
namespace {

std::string_view BaseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool IsAt(const Frame& frame, const Location& location) {
  return frame.line == location.line && BaseName(frame.file) == BaseName(location.file);
}

/// A frame of a vector, a string, or of what owns or allocates an array.
bool IsOfBuffers(const Frame& frame) {
  if (IsAllocator(ShortFunctionName(frame.function))) return true;
  // Inlined functions have a bare name with some tools: there the header tells.
  constexpr std::array<std::string_view, 11> kHeaders = {
      "stl_vector.h",    "vector.tcc",     "basic_string.h",     "basic_string.tcc",
      "new_allocator.h", "alloc_traits.h", "allocator.h",        "stl_bvector.h",
      "unique_ptr.h",    "char_traits.h",  "stl_uninitialized.h"};
  if (std::find(kHeaders.begin(), kHeaders.end(), BaseName(frame.file)) != kHeaders.end()) {
    return true;
  }
  const std::string name = WithoutArguments(frame.function);
  constexpr std::array<std::string_view, 10> kOwners = {
      "std::vector::",       "std::_Vector_base::", "basic_string::",
      "std::string::",       "new_allocator::",     "allocator_traits::",
      "std::allocator::",    "std::make_unique",    "std::__detail::_MakeUniq",
      "std::__uninitialized"};
  return std::any_of(kOwners.begin(), kOwners.end(),
                     [&](std::string_view owner) { return name.find(owner) != std::string::npos; });
}

}  // namespace

WasteTotals TotalsOf(const WasteEvidence& evidence) {
  if (evidence.allocated_bytes > 0) return {evidence.allocated_bytes, evidence.allocations};
  WasteTotals totals;
  if (!evidence.dhat) return totals;
  for (const DhatPoint& point : evidence.dhat->points) {
    if (!point.of_test) continue;
    totals.bytes += point.total_bytes;
    totals.calls += point.total_blocks;
  }
  return totals;
}

bool PassesRule(std::uint64_t bytes, std::uint64_t calls, const WasteTotals& totals,
                const WasteRule& rule) {
  const auto passes = [&](std::uint64_t part, std::uint64_t all, std::int64_t least) {
    return static_cast<std::int64_t>(part) >= least &&
           static_cast<double>(part) >= rule.share * static_cast<double>(all);
  };
  return passes(bytes, totals.bytes, rule.bytes) || passes(calls, totals.calls, rule.calls);
}

Finding StartWaste(const Place& place, Pattern pattern, std::uint64_t bytes, std::uint64_t calls,
                   const WasteEvidence& evidence, const DiagnoseContext& context) {
  Finding finding = place.finding;
  CompleteFinding(pattern, place, evidence.test, context, &finding);
  finding.pattern_confidence = Confidence::kHigh;
  const WasteTotals totals = TotalsOf(evidence);
  const auto share = [](std::uint64_t part, std::uint64_t all) {
    return all == 0 ? 0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(all));
  };
  finding.waste = Waste{static_cast<std::int64_t>(bytes), static_cast<std::int64_t>(calls),
                        share(bytes, totals.bytes), share(calls, totals.calls)};
  finding.fix.emplace();
  if (bytes > 0) finding.fix->expected_reduction_bytes = static_cast<std::int64_t>(bytes);
  if (calls > 0) finding.fix->expected_reduction_calls = static_cast<std::int64_t>(calls);
  return finding;
}

bool IsCallersBuffer(const Stack& stack, const Place& place) {
  for (const Frame& frame : stack) {
    if (IsAt(frame, place.finding.location)) return true;
    if (!IsOfBuffers(frame)) return false;
  }
  return false;
}

std::uint64_t PeakBytesAt(const Place& place, const WasteEvidence& evidence,
                          const DiagnoseContext& context) {
  std::uint64_t bytes = 0;
  for (const PeakSite& site : evidence.peak) {
    if (KeyOf(PlaceOf(site.stack, Scope::kTest, evidence.test, context)) == KeyOf(place)) {
      bytes += site.bytes;
    }
  }
  return bytes;
}

}  // namespace memprof
