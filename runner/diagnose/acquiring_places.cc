// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/acquiring_places.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "runner/diagnose/series_text.h"

namespace memprof {
namespace {

constexpr double kHalfAResource = 0.5;
constexpr double kPage = 4096;

void AddTo(const std::vector<std::int64_t>& values, std::vector<std::int64_t>* sum) {
  if (sum->size() < values.size()) sum->resize(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) (*sum)[i] += values[i];
}

double LeastThatCounts(Quantity quantity, double of_all) {
  return quantity == Quantity::kMappedBytes ? std::max(kPage, 0.1 * of_all) : kHalfAResource;
}

}  // namespace

std::vector<AcquiringPlace> AcquiringPlaces(Quantity quantity, const TestEvidence& evidence,
                                            const DiagnoseContext& context,
                                            const Thresholds& thresholds) {
  std::vector<AcquiringPlace> sorted;
  if (!evidence.triage.traced()) return sorted;
  std::map<PlaceKey, AcquiringPlace> places;
  for (const TracedResource& resource : evidence.triage.resources) {
    if (resource.quantity != quantity || resource.stack.empty()) continue;
    const Place place = PlaceOf(resource.stack, evidence.scope, evidence.test, context);
    AcquiringPlace& known =
        places.try_emplace(KeyOf(place), AcquiringPlace{place, {}, {}, {}, 0}).first->second;
    AddTo(resource.values, &known.values);
    known.targets.insert(resource.targets.begin(), resource.targets.end());
  }
  for (auto& [key, place] : places) {
    place.growth = ClassifyGrowth(place.values, thresholds.growth);
    place.slope = SlopeAfterWarmUp(place.values, thresholds.growth.warm_up);
    sorted.push_back(std::move(place));
  }
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const AcquiringPlace& a, const AcquiringPlace& b) { return a.slope > b.slope; });
  return sorted;
}

std::set<FileLine> LinesThatAcquire(const TestEvidence& evidence, const DiagnoseContext& context,
                                    const Thresholds& thresholds) {
  std::set<FileLine> lines;
  for (const Quantity quantity :
       {Quantity::kDescriptors, Quantity::kThreads, Quantity::kMappedBytes}) {
    for (const AcquiringPlace& each : AcquiringPlaces(quantity, evidence, context, thresholds)) {
      const Location& at = each.place.finding.location;
      if (each.place.located && each.growth.growing) lines.insert({at.file, at.line});
    }
  }
  std::map<FileLine, std::vector<std::int64_t>> objects;
  for (const TracedObjects& each : evidence.triage.objects) {
    if (!evidence.triage.traced() || each.stack.empty()) continue;
    const Place place = PlaceOf(each.stack, evidence.scope, evidence.test, context);
    const Location& at = place.finding.location;
    if (place.located) AddTo(each.values, &objects[{at.file, at.line}]);
  }
  for (const auto& [line, values] : objects) {
    if (ClassifyGrowth(values, thresholds.growth).growing) lines.insert(line);
  }
  return lines;
}

double GrowthPerRun(Quantity quantity, const ProcessSeries& series, const Thresholds& thresholds) {
  const QuantitySeries& total = series.Of(quantity);
  if (!total.measured) return 0;
  const GrowthResult growth = ClassifyGrowth(total.values, thresholds.growth);
  const double of_total = growth.growing ? growth.slope : 0;
  if (quantity != Quantity::kDescriptors) return of_total;
  double of_identities = 0;
  for (const IdentitySeries& identity : series.descriptors) {
    const GrowthResult own = ClassifyGrowth(identity.counts, thresholds.growth);
    if (own.growing) of_identities += own.slope;
  }
  return std::max(of_total, of_identities);
}

double UnseenPerRun(Quantity quantity, const TestEvidence& evidence, const Thresholds& thresholds) {
  if (!evidence.triage.series) return 0;
  const double of_all = GrowthPerRun(quantity, *evidence.triage.series, thresholds);
  double left = of_all;
  if (evidence.triage.traced()) {
    for (const TracedResource& resource : evidence.triage.resources) {
      if (resource.quantity != quantity || resource.stack.empty()) continue;
      left -= std::max(0.0, SlopeAfterWarmUp(resource.values, thresholds.growth.warm_up));
    }
  }
  return left < LeastThatCounts(quantity, of_all) ? 0 : left;
}

std::vector<OpenPlace> OpenPlaces(const TestEvidence& evidence, const DiagnoseContext& context) {
  std::vector<OpenPlace> sorted;
  const ConfirmEvidence& confirm = evidence.confirm;
  if (!confirm.open_descriptors) return sorted;
  std::map<PlaceKey, OpenPlace> places;
  for (const OpenDescriptor& open : *confirm.open_descriptors) {
    const Place place = PlaceOf(open.stack, evidence.test, context);
    OpenPlace& known = places.try_emplace(KeyOf(place), OpenPlace{place, 0, {}}).first->second;
    ++known.count;
    if (!open.target.empty()) known.targets.insert(open.target);
  }
  for (auto& [key, place] : places) {
    if (place.count >= 2 && place.count * 4 >= std::int64_t{confirm.track_fds_runs} * 3) {
      sorted.push_back(std::move(place));
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const OpenPlace& a, const OpenPlace& b) { return a.count > b.count; });
  return sorted;
}

}  // namespace memprof
