// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/growing_places.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "runner/analyze/growth.h"
#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/traced_match.h"

namespace memprof {
namespace {

/// The lines that lose memory run after run. Where that was seen once, something else may grow.
std::set<FileLine> LosingLines(const TestEvidence& evidence, const DiagnoseContext& context) {
  std::set<FileLine> lines;
  if (!evidence.confirm.lost) return lines;
  const TracedMatcher trace(evidence, context);
  for (const LostSite& site : *evidence.confirm.lost) {
    if (!site.recurs || trace.IsFreedLater(site)) continue;
    AddLineOf(site.stack, context, &lines);
    const TracedMatch match = trace.Find(site);
    if (match.agreement == Agreement::kSameFunction) continue;
    for (const TracedSite* traced : match.sites) AddLineOf(traced->stack, context, &lines);
  }
  return lines;
}

/// The lines where resources that grow are acquired: what else is allocated there comes with them.
std::set<FileLine> AcquiringLines(const TestEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds) {
  std::set<FileLine> lines;
  for (const ResourcePlace& place : ResourcePlaces(evidence, thresholds)) {
    AddLineOf(place.stack, context, &lines);
  }
  lines.merge(LinesThatAcquire(evidence, context, thresholds));
  return lines;
}

void AddSeries(const std::vector<std::int64_t>& added, std::vector<std::int64_t>* sum) {
  if (sum->size() < added.size()) sum->resize(added.size());
  for (std::size_t i = 0; i < added.size(); ++i) (*sum)[i] += added[i];
}

int Rises(const std::vector<std::int64_t>& values) {
  int rises = 0;
  std::int64_t before = 0;
  for (const std::int64_t value : values) {
    rises += value > before ? 1 : 0;
    before = value;
  }
  return rises;
}

bool RoseInLastHalf(const std::vector<std::int64_t>& values) {
  return !values.empty() && values.back() > values[values.size() / 2];
}

/// Leaves of a place's sums the sites that grow each by itself, where their sum does: what another
/// site at the line keeps may come and go, as the table of a container that the next test enlarges.
bool KeepGrowingSites(const GrowthRule& rule, TracedPlace* place) {
  std::vector<std::int64_t> bytes, blocks;
  for (const TracedSite* site : place->sites) {
    if (!ClassifyGrowth(site->bytes, rule).growing) continue;
    AddSeries(site->bytes, &bytes);
    AddSeries(site->blocks, &blocks);
  }
  if (!ClassifyGrowth(bytes, rule).growing) return false;
  place->bytes = std::move(bytes);
  place->blocks = std::move(blocks);
  return true;
}

GrowingPlace Describe(const TracedPlace& traced, int warm_up) {
  GrowingPlace growing;
  growing.place = traced.place;
  growing.bytes_per_run = WholePerRun(SlopeAfterWarmUp(traced.bytes, warm_up));
  const double blocks = SlopeAfterWarmUp(traced.blocks, warm_up);
  growing.blocks_per_run = blocks > 0 ? WholePerRun(blocks) : 0;
  growing.rises = Rises(traced.bytes);
  growing.runs = static_cast<int>(traced.bytes.size());
  growing.runs_alive = traced.runs_alive;
  growing.sites = traced.sites;
  return growing;
}

/// Most first; what has no stack, as the rest of many small sites, comes last.
void SortAndShare(std::vector<GrowingPlace>* places) {
  double all = 0;
  for (const GrowingPlace& place : *places) all += static_cast<double>(place.bytes_per_run);
  for (GrowingPlace& place : *places) {
    place.share = all > 0 ? static_cast<double>(place.bytes_per_run) / all : 0;
  }
  std::stable_sort(places->begin(), places->end(),
                   [](const GrowingPlace& a, const GrowingPlace& b) {
                     return std::tuple(a.place.finding.stack.empty(), -a.bytes_per_run) <
                            std::tuple(b.place.finding.stack.empty(), -b.bytes_per_run);
                   });
}

std::vector<GrowingPlace> GrowingByTrace(const TestEvidence& evidence,
                                         const DiagnoseContext& context,
                                         const Thresholds& thresholds) {
  std::vector<TracedPlace> traced = TracedPlaces(evidence, context);
  std::vector<GrowingPlace> growing, risen;
  for (TracedPlace& place : traced) {
    if (ClassifyGrowth(place.bytes, thresholds.growth).growing ||
        KeepGrowingSites(thresholds.growth, &place)) {
      growing.push_back(Describe(place, thresholds.growth.warm_up));
    } else if (RoseInLastHalf(place.bytes)) {
      risen.push_back(Describe(place, thresholds.growth.warm_up));
    }
  }
  std::vector<GrowingPlace> places = growing.empty() ? std::move(risen) : std::move(growing);
  SortAndShare(&places);
  return places;
}

std::vector<GrowingPlace> GrowingByMassif(const TestEvidence& evidence,
                                          const DiagnoseContext& context) {
  std::vector<GrowingPlace> sorted;
  if (!evidence.confirm.growing) return sorted;
  std::vector<const GrowingSite*> sites;
  for (const GrowingSite& site : *evidence.confirm.growing) sites.push_back(&site);
  // The stack of a place is that of its largest site, whatever order they came in.
  std::stable_sort(sites.begin(), sites.end(), [](const GrowingSite* a, const GrowingSite* b) {
    if (a->bytes_per_run != b->bytes_per_run) return a->bytes_per_run > b->bytes_per_run;
    return FunctionsOf(a->stack) < FunctionsOf(b->stack);
  });
  std::map<PlaceKey, GrowingPlace> places;
  for (const GrowingSite* site : sites) {
    const Place place = PlaceOf(site->stack, evidence.test, context);
    GrowingPlace& known = places.try_emplace(KeyOf(place), GrowingPlace{place}).first->second;
    known.bytes_per_run += site->bytes_per_run;
    known.share += site->share_of_growth;
  }
  for (auto& [key, place] : places) sorted.push_back(std::move(place));
  std::stable_sort(sorted.begin(), sorted.end(), [](const GrowingPlace& a, const GrowingPlace& b) {
    return a.bytes_per_run > b.bytes_per_run;
  });
  return sorted;
}

}  // namespace

std::vector<TracedPlace> TracedPlaces(const TestEvidence& evidence,
                                      const DiagnoseContext& context) {
  std::vector<const TracedSite*> sites;
  for (const TracedSite& site : evidence.triage.sites) sites.push_back(&site);
  const auto bytes_of = [](const TracedSite& site) {
    return site.bytes.empty() ? 0 : site.bytes.back();
  };
  std::stable_sort(sites.begin(), sites.end(), [&](const TracedSite* a, const TracedSite* b) {
    if (bytes_of(*a) != bytes_of(*b)) return bytes_of(*a) > bytes_of(*b);
    return FunctionsOf(a->stack) < FunctionsOf(b->stack);
  });
  std::map<PlaceKey, TracedPlace> places;
  for (const TracedSite* site : sites) {
    const Place place = PlaceOf(site->stack, evidence.scope, evidence.test, context);
    TracedPlace& known =
        places.try_emplace(KeyOf(place), TracedPlace{place, {}, {}, 0, {}}).first->second;
    AddSeries(site->bytes, &known.bytes);
    AddSeries(site->blocks, &known.blocks);
    // Of several stacks at one line the runs may be the same ones or others.
    known.runs_alive = std::max(known.runs_alive, site->iterations_made);
    known.sites.push_back(site);
  }
  std::vector<TracedPlace> sorted;
  for (auto& [key, place] : places) sorted.push_back(std::move(place));
  std::stable_sort(sorted.begin(), sorted.end(), [](const TracedPlace& a, const TracedPlace& b) {
    return (a.bytes.empty() ? 0 : a.bytes.back()) > (b.bytes.empty() ? 0 : b.bytes.back());
  });
  return sorted;
}

std::vector<GrowingPlace> MassifPlaces(const TestEvidence& evidence, Scope scope,
                                       const DiagnoseContext& context) {
  std::vector<GrowingPlace> places = GrowingByMassif(evidence, context);
  std::erase_if(places, [&](const GrowingPlace& each) { return each.place.scope != scope; });
  return places;
}

SeenGrowing FindGrowing(const TestEvidence& evidence, const DiagnoseContext& context,
                        const Thresholds& thresholds) {
  SeenGrowing seen;
  std::vector<GrowingPlace> all;
  if (evidence.triage.traced()) all = GrowingByTrace(evidence, context, thresholds);
  seen.by_trace = !all.empty();
  if (!seen.by_trace) all = GrowingByMassif(evidence, context);
  if (all.empty()) return seen;

  const std::set<FileLine> losing = LosingLines(evidence, context);
  const std::set<FileLine> acquiring = AcquiringLines(evidence, context, thresholds);
  for (GrowingPlace& each : all) {
    const Location& at = each.place.finding.location;
    const FileLine line = {at.file, at.line};
    if (each.place.located && acquiring.contains(line)) {
      seen.resource_bytes += each.bytes_per_run;
    } else if (each.place.located && losing.contains(line)) {
      seen.lost_bytes += each.bytes_per_run;
    } else {
      seen.places.push_back(std::move(each));
    }
  }
  return seen;
}

}  // namespace memprof
