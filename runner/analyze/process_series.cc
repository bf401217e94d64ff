// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/process_series.h"

#include <algorithm>
#include <map>

#include "runner/analyze/gauge_series.h"

namespace memprof {
namespace {

/// For Totals and for Window.
template <class T>
bool Measured(const T& counted, Quantity quantity) {
  constexpr std::array<std::uint32_t, 4> kBits = {
      record::kHeapMeasured, record::kDescriptorsMeasured, record::kThreadsMeasured,
      record::kMappingsMeasured};
  return (counted.measured & kBits[static_cast<std::size_t>(quantity)]) != 0;
}

std::int64_t WindowValue(const record::Window& window, Quantity quantity) {
  if (!Measured(window, quantity)) return 0;  // the field has no meaning then
  switch (quantity) {
    case Quantity::kBytes:
      return window.kept_bytes;
    case Quantity::kDescriptors:
      return window.descriptors;
    case Quantity::kThreads:
      return window.threads;
    case Quantity::kMappedBytes:
      return window.mapped_bytes;
  }
  return 0;
}

std::int64_t TotalValue(const record::Totals& totals, Quantity quantity) {
  switch (quantity) {
    case Quantity::kBytes:
      return totals.live_bytes;
    case Quantity::kDescriptors:
      return totals.descriptors;
    case Quantity::kThreads:
      return totals.threads;
    case Quantity::kMappedBytes:
      return totals.mapped_bytes;
  }
  return 0;
}

/// Windows of one iteration, summed up by level.
struct LevelSums {
  std::array<std::int64_t, 4> tests = {};
  std::array<std::int64_t, 4> suites = {};
};

void AddWindow(std::array<std::int64_t, 4>* sums, const record::Window& window) {
  for (const Quantity quantity : kQuantities) {
    (*sums)[static_cast<std::size_t>(quantity)] += WindowValue(window, quantity);
  }
}

/// Descriptor changes come as changes with the new count; between them the count stays.
void AddIdentities(const RecordedIteration& iteration, std::size_t index,
                   std::map<std::string, std::vector<std::int64_t>>* counts) {
  for (const RecordedDescriptorChange& change : iteration.descriptors) {
    std::vector<std::int64_t>& series = (*counts)[change.target];
    if (series.empty()) series.assign(index, change.count - change.delta);
    // Identities that share a target (a file replaced under its name) share a series.
    const std::int64_t before = series.empty() ? change.count - change.delta : series.back();
    if (series.size() <= index) series.resize(index + 1, before);
    series[index] += change.delta;
  }
}

double SlopeAfter(const std::vector<std::int64_t>& sums, int warm_up) {
  const auto first = static_cast<std::size_t>(std::max(warm_up, 0));
  if (sums.size() < first + 2) return 0;
  return static_cast<double>(sums.back() - sums[first]) /
         static_cast<double>(sums.size() - first - 1);
}

}  // namespace

ProcessSeries BuildProcessSeries(const RecordFile& record) {
  std::map<std::uint32_t, LevelSums> levels;
  for (const RecordedRun& run : record.runs) {
    if (run.finished) AddWindow(&levels[run.iteration].tests, run.window);
  }
  for (const RecordedSuite& suite : record.suites) {
    AddWindow(&levels[suite.iteration].suites, suite.window);
  }

  ProcessSeries series;
  std::array<std::array<std::int64_t, 3>, 4> kept = {};
  std::map<std::string, std::vector<std::int64_t>> identities;
  for (const RecordedIteration& iteration : record.iterations) {
    if (!iteration.finished) continue;
    const LevelSums& sums = levels[iteration.iteration];
    for (const Quantity quantity : kQuantities) {
      const auto q = static_cast<std::size_t>(quantity);
      QuantitySeries& of = series.quantities[q];
      // One iteration without it leaves a hole in the series, which nothing can judge.
      of.measured = (of.measured || series.iterations == 0) && Measured(iteration.totals, quantity);
      of.values.push_back(TotalValue(iteration.totals, quantity));
      kept[q][0] += sums.tests[q];
      kept[q][1] += sums.suites[q] - sums.tests[q];
      kept[q][2] += WindowValue(iteration.window, quantity) - sums.suites[q];
      for (std::size_t s = 0; s < 3; ++s) of.kept_by_scope[s].push_back(kept[q][s]);
    }
    series.live_blocks.push_back(iteration.totals.live_blocks);
    AddIdentities(iteration, static_cast<std::size_t>(series.iterations), &identities);
    ++series.iterations;
  }
  for (auto& [target, counts] : identities) {
    counts.resize(static_cast<std::size_t>(series.iterations), counts.back());
    series.descriptors.push_back({target, std::move(counts)});
  }
  series.gauges = BuildGaugeSeries(record);
  return series;
}

Scope ScopeOfGrowth(const QuantitySeries& series, int warm_up) {
  constexpr std::array<Scope, 3> kScopes = {Scope::kTest, Scope::kSuite, Scope::kProgram};
  Scope steepest = Scope::kTest;
  double slope = 0;
  for (const Scope scope : kScopes) {
    const double own = SlopeAfter(series.kept_by_scope[static_cast<std::size_t>(scope)], warm_up);
    if (own > slope) {
      slope = own;
      steepest = scope;
    }
  }
  return steepest;
}

}  // namespace memprof
