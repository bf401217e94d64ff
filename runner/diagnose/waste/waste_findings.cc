// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/waste_findings.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "runner/diagnose/waste/duplicate_data.h"
#include "runner/diagnose/waste/excess_copies.h"
#include "runner/diagnose/waste/missing_reserve.h"
#include "runner/diagnose/waste/oversize.h"
#include "runner/diagnose/waste/peak_site.h"
#include "runner/diagnose/waste/small_objects.h"
#include "runner/diagnose/waste/string_concatenation.h"
#include "runner/diagnose/waste/temporary_allocation.h"
#include "runner/diagnose/waste/waste_place.h"

namespace memprof {
namespace {

std::vector<Finding> FromTrace(const WasteEvidence& evidence, const DiagnoseContext& context,
                               const WasteRule& rule) {
  const std::vector<WastePlace> places = WastePlaces(evidence, context);
  std::vector<Finding> findings;
  auto add = [&](const std::vector<WasteClaim>& claims) {
    for (const WasteClaim& claim : claims) {
      if (!IsWorthTelling(claim, evidence, rule)) continue;
      findings.push_back(FindingOf(claim, evidence, context));
    }
  };
  add(ClaimConcatenations(places));
  add(ClaimMissingReserves(places));
  add(ClaimTemporaries(places, rule));
  add(ClaimSmallObjects(places, evidence, rule));
  return findings;
}

/// What is promised first, most bytes and then most calls; what promises nothing last.
bool PromisesMore(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    const Waste waste = finding.waste.value_or(Waste{});
    const std::int64_t promised =
        finding.fix ? finding.fix->expected_reduction_bytes.value_or(0) : 0;
    return std::tuple(-std::max(promised, waste.bytes), -waste.calls, finding.location.file,
                      finding.location.line, finding.pattern);
  };
  return key(a) < key(b);
}

/// Two patterns at one line would promise the same bytes.
std::vector<Finding> LargestOfEachLine(std::vector<Finding> findings) {
  std::stable_sort(findings.begin(), findings.end(), PromisesMore);
  std::set<std::pair<std::string, int>> lines;
  std::vector<Finding> kept;
  for (Finding& finding : findings) {
    if (!lines.insert({finding.location.file, finding.location.line}).second) continue;
    kept.push_back(std::move(finding));
  }
  return kept;
}

}  // namespace

std::vector<Finding> WasteFindings(const WasteEvidence& evidence, const DiagnoseContext& context,
                                   const Thresholds& thresholds) {
  std::vector<Finding> findings = FromTrace(evidence, context, thresholds.waste);
  auto add = [&](std::vector<Finding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  add(DuplicateFindings(evidence, context, thresholds));
  add(OversizeFindings(evidence, context, thresholds));
  add(CopyFindings(evidence, context, thresholds));
  add(PeakSiteFindings(evidence, context));
  return LargestOfEachLine(std::move(findings));
}

}  // namespace memprof
