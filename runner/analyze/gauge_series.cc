// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/gauge_series.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "runner/analyze/owner_table.h"

namespace memprof {
namespace {

const RecordedGaugeValue* ValueOf(const std::vector<RecordedGaugeValue>& values,
                                  std::uint32_t gauge) {
  const auto found =
      std::find_if(values.begin(), values.end(),
                   [gauge](const RecordedGaugeValue& value) { return value.gauge == gauge; });
  return found != values.end() ? &*found : nullptr;
}

/// The values at the ends of iterations; empty where one is not measured. Before the gauge came it
/// was what it then began with, and pairs begin with none.
std::vector<std::int64_t> ValuesAtEnds(const RecordFile& record, std::uint32_t gauge) {
  std::vector<std::int64_t> values;
  std::size_t missing = 0;
  for (const RecordedIteration& iteration : record.iterations) {
    if (!iteration.finished) continue;
    const RecordedGaugeValue* value = ValueOf(iteration.gauges, gauge);
    if (value == nullptr) {
      if (!values.empty()) return {};
      ++missing;
      continue;
    }
    if (value->is_measured == 0) return {};
    if (values.empty()) {
      const bool is_pair = record.gauges[gauge].kind == record::kPairGauge;
      values.assign(missing, is_pair ? 0 : value->before);
    }
    values.push_back(value->value);
  }
  return values;
}

GaugeSeries SeriesOf(const RecordFile& record, std::uint32_t gauge) {
  GaugeSeries series;
  series.name = record.gauges[gauge].name;
  series.kind = record.gauges[gauge].kind;
  for (const RecordedPairFunction& function : record.pair_functions) {
    if (function.what.gauge != gauge) continue;
    const bool acquires = function.what.role == record::kAcquires;
    (acquires ? series.acquires : series.releases).push_back(function.name);
  }
  std::vector<std::int64_t> in_tests = GaugeChanges(record, gauge, record::kNoTest);
  std::partial_sum(in_tests.begin(), in_tests.end(), in_tests.begin());
  series.values = ValuesAtEnds(record, gauge);
  if (series.values.empty()) series.values = in_tests;
  const bool is_told =
      !series.values.empty() && std::any_of(record.iterations.begin(), record.iterations.end(),
                                            [&](const RecordedIteration& iteration) {
                                              return ValueOf(iteration.gauges, gauge) != nullptr;
                                            });
  const bool changed =
      std::any_of(in_tests.begin(), in_tests.end(), [](std::int64_t value) { return value != 0; });
  series.measured = (is_told || changed) && IsSeen(record, gauge);
  for (auto& kept : series.kept_by_scope) kept.assign(series.values.size(), 0);
  if (in_tests.size() != series.values.size()) return series;
  std::vector<std::int64_t>& rest = series.kept_by_scope[static_cast<std::size_t>(Scope::kProgram)];
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = series.values[i] - in_tests[i];
  series.kept_by_scope[static_cast<std::size_t>(Scope::kTest)] = std::move(in_tests);
  return series;
}

}  // namespace

std::vector<GaugeSeries> BuildGaugeSeries(const RecordFile& record) {
  std::vector<GaugeSeries> all;
  for (std::uint32_t gauge = 0; gauge < record.gauges.size(); ++gauge) {
    all.push_back(SeriesOf(record, gauge));
  }
  return all;
}

bool IsSeen(const RecordFile& record, std::uint32_t gauge) {
  bool has_acquires = false;
  for (const RecordedPairFunction& function : record.pair_functions) {
    if (function.what.gauge != gauge || function.what.role != record::kAcquires) continue;
    if (function.what.callers > 0) return true;
    has_acquires = true;
  }
  return !has_acquires;
}

std::vector<std::int64_t> GaugeChanges(const RecordFile& record, std::uint32_t gauge,
                                       std::uint32_t test) {
  const IterationColumns columns(record);
  std::vector<std::int64_t> changes(columns.count());
  for (const RecordedRun& run : record.runs) {
    if (!run.finished || (test != record::kNoTest && run.test != test)) continue;
    const RecordedGaugeValue* value = ValueOf(run.gauges, gauge);
    const std::size_t column = columns.Of(run.iteration);
    if (value == nullptr || column == columns.count()) continue;
    if (value->is_measured == 0) return {};
    changes[column] += value->value - value->before;
  }
  return changes;
}

std::vector<std::string> UnseenAcquires(const RecordFile& record) {
  std::vector<std::string> functions;
  for (const RecordedPairFunction& function : record.pair_functions) {
    if (function.what.role == record::kAcquires && !IsSeen(record, function.what.gauge)) {
      functions.push_back(function.name);
    }
  }
  return functions;
}

}  // namespace memprof
