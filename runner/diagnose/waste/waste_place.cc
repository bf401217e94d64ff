// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/waste_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "runner/diagnose/fingerprint.h"

namespace memprof {
namespace {

double Share(std::int64_t part, std::uint64_t whole) {
  if (whole == 0) return 0;
  return std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
}

Waste WasteOf(const WasteClaim& claim, const WasteEvidence& evidence) {
  return {claim.bytes, claim.calls, Share(claim.bytes, evidence.allocated_bytes),
          Share(claim.calls, evidence.allocations)};
}

std::string SharesText(const Waste& waste) {
  return fmt::format("{:.0f} % of the bytes and {:.0f} % of the calls of the test",
                     100 * waste.share_of_bytes, 100 * waste.share_of_calls);
}

}  // namespace

std::optional<std::size_t> UserPosition(const Place& place) {
  const Location& at = place.finding.location;
  if (!place.located || at.file.empty() || at.file.starts_with('/')) return std::nullopt;
  const Stack& stack = place.finding.stack;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    if (stack[i].file == at.file && stack[i].line == at.line) return i;
  }
  return std::nullopt;
}

std::vector<WastePlace> WastePlaces(const WasteEvidence& evidence, const DiagnoseContext& context) {
  std::vector<WastePlace> places;
  std::map<PlaceKey, std::size_t> index;
  for (const WasteSite& site : evidence.sites) {
    Place place = PlaceOf(site.stack, Scope::kTest, evidence.test, context);
    const std::optional<std::size_t> user = UserPosition(place);
    if (!user) continue;
    const Stack& stack = place.finding.stack;
    const CalledSite called = {&site.counts, AllocatingCallOf(stack, *user),
                               IsString(stack, *user)};
    const auto [known, is_new] = index.emplace(KeyOf(place), places.size());
    if (is_new) places.push_back({std::move(place), {}});
    places[known->second].sites.push_back(called);
  }
  return places;
}

bool IsWorthTelling(const WasteClaim& claim, const WasteEvidence& evidence, const WasteRule& rule) {
  const Waste waste = WasteOf(claim, evidence);
  return (waste.bytes >= rule.bytes && waste.share_of_bytes >= rule.share) ||
         (waste.calls >= rule.calls && waste.share_of_calls >= rule.share);
}

void CompleteFinding(Pattern pattern, const Place& place, const RecordedTest& test,
                     const DiagnoseContext& context, Finding* finding) {
  finding->severity = Severity::kOptimization;
  finding->kind = FindingKind::kOptimization;
  finding->pattern = pattern;
  finding->pattern_confidence = Confidence::kHigh;
  finding->location = place.finding.location;
  finding->stack = place.finding.stack;
  AttributeTo(place, test, context, finding);
  finding->fingerprint = StackFingerprint(*finding, 1);
  if (finding->fingerprint.empty()) {
    finding->fingerprint =
        OwnerFingerprint(finding->kind, "test " + test.FullName(), Name(pattern));
  }
}

Finding FindingOf(const WasteClaim& claim, const WasteEvidence& evidence,
                  const DiagnoseContext& context) {
  Finding finding;
  CompleteFinding(claim.pattern, claim.at->place, evidence.test, context, &finding);
  finding.title = claim.title;
  finding.cause = claim.cause;
  finding.decided_by = claim.decided_by;
  finding.waste = WasteOf(claim, evidence);
  for (const std::string& text : claim.evidence) finding.evidence.push_back({"trace", text});
  finding.evidence.push_back({"trace", SharesText(*finding.waste)});
  Fix fix;
  if (claim.bytes > 0) fix.expected_reduction_bytes = claim.bytes;
  if (claim.calls > 0) fix.expected_reduction_calls = claim.calls;
  finding.fix = std::move(fix);
  return finding;
}

}  // namespace memprof
