// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/analyze/merged_record.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace memprof {
namespace {

template <class T>
void Append(std::vector<T> from, std::vector<T>* to) {
  std::move(from.begin(), from.end(), std::back_inserter(*to));
}

}  // namespace

void MergedRecord::Add(RecordFile part) {
  const bool is_first = !all_.process.has_value();
  if (is_first) all_.process = std::move(part.process);
  all_.program_ended = part.program_ended && (is_first || all_.program_ended);
  std::vector<std::uint32_t> index;
  for (RecordedTest& test : part.tests) index.push_back(IndexOf(std::move(test)));
  std::vector<std::uint32_t> gauges;
  for (RecordedGauge& gauge : part.gauges) gauges.push_back(GaugeOf(std::move(gauge)));
  for (RecordedRun& run : part.runs) {
    run.test = index[run.test];
    for (RecordedGaugeValue& value : run.gauges) value.gauge = gauges[value.gauge];
  }
  for (RecordedIteration& iteration : part.iterations) {
    for (RecordedGaugeValue& value : iteration.gauges) value.gauge = gauges[value.gauge];
  }
  for (RecordedPairFunction& function : part.pair_functions) {
    function.what.gauge = gauges[function.what.gauge];
    AddPairFunction(std::move(function));
  }
  Append(std::move(part.runs), &all_.runs);
  Append(std::move(part.suites), &all_.suites);
  Append(std::move(part.iterations), &all_.iterations);
  all_.lost_records += part.lost_records;
  all_.lost_descriptors += part.lost_descriptors;
  if (all_.damage.empty()) all_.damage = std::move(part.damage);
}

std::uint32_t MergedRecord::GaugeOf(RecordedGauge gauge) {
  const auto known =
      std::find_if(all_.gauges.begin(), all_.gauges.end(), [&](const RecordedGauge& each) {
        return each.name == gauge.name && each.kind == gauge.kind;
      });
  const auto number = static_cast<std::uint32_t>(known - all_.gauges.begin());
  if (known == all_.gauges.end()) all_.gauges.push_back(std::move(gauge));
  return number;
}

void MergedRecord::AddPairFunction(RecordedPairFunction function) {
  for (RecordedPairFunction& known : all_.pair_functions) {
    if (known.name != function.name || known.what.gauge != function.what.gauge ||
        known.what.role != function.what.role) {
      continue;
    }
    known.what.callers = std::max(known.what.callers, function.what.callers);
    return;
  }
  all_.pair_functions.push_back(std::move(function));
}

std::uint32_t MergedRecord::IndexOf(RecordedTest test) {
  const auto next = static_cast<std::uint32_t>(all_.tests.size());
  const auto [known, is_new] = index_.emplace(test.FullName(), next);
  if (is_new) all_.tests.push_back(std::move(test));
  return known->second;
}

}  // namespace memprof
