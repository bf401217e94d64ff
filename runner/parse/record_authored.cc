// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/parse/record_authored.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "runner/parse/figure_bounds.h"

namespace memprof {
namespace {

/// The run of `test` that has not ended; null when another one, or none, is running.
RecordedRun* OpenRun(std::uint32_t test, std::uint32_t iteration, RecordFile* file) {
  if (file->runs.empty()) return nullptr;
  RecordedRun& run = file->runs.back();
  return !run.finished && run.test == test && run.iteration == iteration ? &run : nullptr;
}

bool AddGauge(RecordCursor& payload, RecordFile* file) {
  record::Gauge gauge;
  RecordedGauge recorded;
  if (!payload.Take(&gauge) || !payload.Take(&recorded.name) || gauge.id != file->gauges.size() ||
      gauge.kind > record::kPairGauge) {
    return false;
  }
  recorded.kind = static_cast<record::GaugeKind>(gauge.kind);
  file->gauges.push_back(std::move(recorded));
  return true;
}

bool AddValues(RecordCursor& payload, RecordFile* file) {
  record::GaugeValues head;
  if (!payload.Take(&head) || !payload.Holds(head.count, sizeof(record::GaugeValue))) return false;
  std::vector<RecordedGaugeValue> values(head.count);
  payload.Take(values.data(), values.size());
  for (RecordedGaugeValue& value : values) {
    if (!IsPossible(value.before) || !IsPossible(value.value)) value = {value.gauge, 0, 0, 0};
  }
  const bool known = std::all_of(
      values.begin(), values.end(),
      [&](const RecordedGaugeValue& value) { return value.gauge < file->gauges.size(); });
  if (!known) return false;
  std::vector<RecordedGaugeValue>* to = nullptr;
  if (head.test != record::kNoTest) {
    if (RecordedRun* run = OpenRun(head.test, head.iteration, file)) to = &run->gauges;
  } else if (!file->iterations.empty()) {
    RecordedIteration& open = file->iterations.back();
    if (!open.finished && open.iteration == head.iteration) to = &open.gauges;
  }
  if (to == nullptr) return false;
  to->insert(to->end(), values.begin(), values.end());
  return true;
}

bool AddPairFunction(RecordCursor& payload, RecordFile* file) {
  RecordedPairFunction function;
  const record::PairFunction& what = function.what;
  if (!payload.Take(&function.what) || !payload.Take(&function.name) ||
      what.gauge >= file->gauges.size() ||
      (what.role != record::kAcquires && what.role != record::kReleases)) {
    return false;
  }
  std::vector<RecordedPairFunction>& all = file->pair_functions;
  const auto known = std::find_if(all.begin(), all.end(), [&](const RecordedPairFunction& each) {
    return each.what.gauge == what.gauge && each.what.role == what.role &&
           each.name == function.name;
  });
  if (known != all.end()) {
    *known = std::move(function);
  } else {
    all.push_back(std::move(function));
  }
  return true;
}

bool AddLimits(RecordCursor& payload, RecordFile* file) {
  RecordedLimits limits;
  const record::Limits& what = limits.what;
  if (!payload.Take(&limits.what) || !payload.Take(&limits.file) || what.peak_bytes < -1 ||
      what.kept_bytes < -1 || what.allocations < -1) {
    return false;
  }
  RecordedRun* run = OpenRun(what.test, what.iteration, file);
  if (run == nullptr) return false;
  run->limits = std::move(limits);
  return true;
}

bool AddIgnored(RecordCursor& payload, RecordFile* file) {
  record::Ignored ignored;
  if (!payload.Take(&ignored)) return false;
  RecordedRun* run = OpenRun(ignored.test, ignored.iteration, file);
  if (run == nullptr) return false;
  run->ignored = ignored;
  return true;
}

bool AddKeeps(RecordCursor& payload, RecordFile* file) {
  RecordedKeeps keeps;
  if (!payload.Take(&keeps.what) || !payload.Take(&keeps.file) || !payload.Take(&keeps.why) ||
      keeps.what.bytes < 0) {
    return false;
  }
  RecordedRun* run = OpenRun(keeps.what.test, keeps.what.iteration, file);
  if (run == nullptr) return false;
  run->keeps.push_back(std::move(keeps));
  return true;
}

}  // namespace

bool AddAuthored(std::uint16_t type, RecordCursor payload, RecordFile* file) {
  switch (type) {
    case record::kGauge:
      return AddGauge(payload, file);
    case record::kGaugeValues:
      return AddValues(payload, file);
    case record::kPairFunction:
      return AddPairFunction(payload, file);
    case record::kLimits:
      return AddLimits(payload, file);
    case record::kIgnored:
      return AddIgnored(payload, file);
    case record::kKeeps:
      return AddKeeps(payload, file);
    default:
      return false;
  }
}

}  // namespace memprof
