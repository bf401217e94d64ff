// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "gtest_plugin/record/format.h"
#include "runner/report/dump_fields.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

bool TakeText(RecordCursor& payload, const char* key, Json* line) {
  std::string text;
  if (!payload.Take(&text)) return false;
  (*line)[key] = std::move(text);
  return true;
}

bool GaugeFields(RecordCursor& payload, Json* line) {
  record::Gauge gauge;
  if (!payload.Take(&gauge)) return false;
  (*line)["id"] = gauge.id;
  (*line)["kind"] = DumpName(gauge.kind, {"read", "pair"});
  return TakeText(payload, "name", line);
}

bool GaugeValuesFields(RecordCursor& payload, Json* line) {
  record::GaugeValues head;
  if (!payload.Take(&head) || !payload.Holds(head.count, sizeof(record::GaugeValue))) return false;
  Json values = Json::array();
  for (std::uint32_t i = 0; i < head.count; ++i) {
    record::GaugeValue value;
    payload.Take(&value);
    const bool measured = value.is_measured != 0;
    values.push_back({{"gauge", value.gauge},
                      {"before", measured ? Json(value.before) : Json()},
                      {"value", measured ? Json(value.value) : Json()}});
  }
  (*line)["iteration"] = head.iteration;
  (*line)["test"] = DumpTest(head.test);
  (*line)["values"] = std::move(values);
  return true;
}

bool PairFunctionFields(RecordCursor& payload, Json* line) {
  record::PairFunction function;
  if (!payload.Take(&function)) return false;
  (*line)["gauge"] = function.gauge;
  (*line)["role"] = DumpName(function.role, {nullptr, "acquires", "releases"});
  (*line)["callers"] = function.callers;
  return TakeText(payload, "name", line);
}

/// Null for -1, which is no limit.
Json Limit(std::int64_t value) { return value < 0 ? Json() : Json(value); }

bool LimitsFields(RecordCursor& payload, Json* line) {
  record::Limits limits;
  if (!payload.Take(&limits)) return false;
  (*line)["test"] = limits.test;
  (*line)["iteration"] = limits.iteration;
  (*line)["peak_bytes"] = Limit(limits.peak_bytes);
  (*line)["kept_bytes"] = Limit(limits.kept_bytes);
  (*line)["allocations"] = Limit(limits.allocations);
  (*line)["line"] = limits.line;
  return TakeText(payload, "file", line);
}

bool IgnoredFields(RecordCursor& payload, Json* line) {
  record::Ignored ignored;
  if (!payload.Take(&ignored)) return false;
  (*line)["test"] = ignored.test;
  (*line)["iteration"] = ignored.iteration;
  (*line)["kept_bytes"] = ignored.kept_bytes;
  (*line)["kept_blocks"] = ignored.kept_blocks;
  (*line)["allocations"] = ignored.allocations;
  return true;
}

bool KeepsFields(RecordCursor& payload, Json* line) {
  record::Keeps keeps;
  if (!payload.Take(&keeps)) return false;
  (*line)["test"] = keeps.test;
  (*line)["iteration"] = keeps.iteration;
  (*line)["bytes"] = keeps.bytes;
  (*line)["line"] = keeps.line;
  return TakeText(payload, "file", line) && TakeText(payload, "why", line);
}

constexpr DumpedType kAuthoredTypes[] = {
    {record::kGauge, "gauge", GaugeFields},
    {record::kGaugeValues, "gauge_values", GaugeValuesFields},
    {record::kPairFunction, "pair_function", PairFunctionFields},
    {record::kLimits, "limits", LimitsFields},
    {record::kIgnored, "ignored", IgnoredFields},
    {record::kKeeps, "keeps", KeepsFields},
};

}  // namespace

std::span<const DumpedType> DumpedAuthoredTypes() { return kAuthoredTypes; }

}  // namespace memprof
