// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/waste/peak_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "runner/diagnose/place.h"
#include "runner/diagnose/waste/waste_place.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// A smaller peak is not worth a person's time by itself.
constexpr std::uint64_t kLeastPeak = 16 << 20;
constexpr double kMostOfIt = 0.5;

/// Told with a finding on the peak: places with a tenth of it, five at the most.
constexpr double kPartOfIt = 0.1;
constexpr std::size_t kPlacesTold = 5;

struct PeakPlace {
  Place place;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
};

std::vector<PeakPlace> PeakPlaces(const WasteEvidence& evidence, const DiagnoseContext& context) {
  std::map<PlaceKey, PeakPlace> places;
  for (const PeakSite& site : evidence.peak) {
    Place place = PlaceOf(site.stack, Scope::kTest, evidence.test, context);
    const PlaceKey key = KeyOf(place);
    PeakPlace& known = places.try_emplace(key, PeakPlace{std::move(place), 0, 0}).first->second;
    known.blocks += site.blocks;
    known.bytes += site.bytes;
  }
  std::vector<PeakPlace> sorted;
  for (auto& [key, place] : places) sorted.push_back(std::move(place));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const PeakPlace& a, const PeakPlace& b) { return a.bytes > b.bytes; });
  return sorted;
}

double ShareOfPeak(const PeakPlace& place, const WasteEvidence& evidence) {
  if (evidence.peak_bytes == 0) return 0;
  return std::min(1.0, static_cast<double>(place.bytes) / static_cast<double>(evidence.peak_bytes));
}

std::string AmountText(const PeakPlace& place, const WasteEvidence& evidence) {
  return fmt::format("{:.0f} % of the peak, {} in {}", 100 * ShareOfPeak(place, evidence),
                     HumanBytes(static_cast<std::int64_t>(place.bytes)),
                     Counted(static_cast<std::int64_t>(place.blocks), "block"));
}

bool IsOnPeakOf(const Finding& finding, const std::string& test) {
  const bool on_peak =
      finding.kind == FindingKind::kPeakSpike || finding.kind == FindingKind::kBudgetExceeded;
  return on_peak && finding.tests.size() == 1 && finding.tests[0] == test;
}

}  // namespace

std::vector<Finding> PeakSiteFindings(const WasteEvidence& evidence,
                                      const DiagnoseContext& context) {
  if (evidence.peak_bytes < kLeastPeak) return {};
  const std::vector<PeakPlace> places = PeakPlaces(evidence, context);
  if (places.empty() || ShareOfPeak(places[0], evidence) < kMostOfIt ||
      !UserPosition(places[0].place)) {
    return {};
  }
  const PeakPlace& most = places[0];
  Finding finding;
  CompleteFinding(Pattern::kPeakSite, most.place, evidence.test, context, &finding);
  const std::string peak = HumanBytes(static_cast<std::int64_t>(evidence.peak_bytes));
  finding.title = fmt::format("peak of {}: {:.0f} % of it by one call", peak,
                              100 * ShareOfPeak(most, evidence));
  finding.cause =
      "Most of what the test holds at its highest is made at this line; holding it in pieces, or "
      "giving it back earlier, lowers the peak.";
  finding.decided_by = {"one line made half or more of what was alive at the peak"};
  finding.impact.peak_bytes = static_cast<std::int64_t>(most.bytes);
  finding.evidence.push_back({"trace", AmountText(most, evidence) + " at this line"});
  return {std::move(finding)};
}

void TellWithPeak(const WasteEvidence& evidence, const DiagnoseContext& context,
                  std::vector<Finding>* screen_findings, std::vector<Finding>* found) {
  const std::string test = evidence.test.FullName();
  bool told = false;
  for (Finding& finding : *screen_findings) {
    if (!IsOnPeakOf(finding, test)) continue;
    const std::vector<PeakPlace> places = PeakPlaces(evidence, context);
    for (std::size_t i = 0; i < std::min(places.size(), kPlacesTold); ++i) {
      if (ShareOfPeak(places[i], evidence) < kPartOfIt) break;
      finding.evidence.push_back({"trace", fmt::format("{} by {}", AmountText(places[i], evidence),
                                                       PlaceText(places[i].place))});
      told = true;
    }
  }
  if (!told) return;
  std::erase_if(*found,
                [](const Finding& finding) { return finding.pattern == Pattern::kPeakSite; });
}

}  // namespace memprof
