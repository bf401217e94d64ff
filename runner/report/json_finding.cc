// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_finding.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runner/report/json_frame.h"
#include "runner/report/json_null.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Impact& impact) {
  return {{"bytes_per_iteration", OrNull(impact.bytes_per_iteration)},
          {"blocks_per_iteration", OrNull(impact.blocks_per_iteration)},
          {"total_bytes", OrNull(impact.total_bytes)},
          {"peak_bytes", OrNull(impact.peak_bytes)},
          {"count", OrNull(impact.count)}};
}

/// JSON has no NaN, and the schema promises a share.
double Share(double share) { return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0; }

Json ToJson(const std::optional<GrowthSeries>& growth) {
  if (!growth) return nullptr;
  return {{"class", growth->growth_class},
          {"series", growth->series},
          {"confidence", Share(growth->confidence)}};
}

Json ToJson(const std::optional<HeldBy>& held_by) {
  if (!held_by) return nullptr;
  return {{"kind", Name(held_by->kind)},
          {"symbol", held_by->symbol},
          {"type", held_by->type},
          {"file", held_by->file},
          {"line", held_by->line},
          {"function", held_by->function},
          {"thread", held_by->thread},
          {"module", held_by->module},
          {"is_foreign", held_by->is_foreign},
          {"retained_bytes", held_by->retained_bytes},
          {"runs", held_by->runs}};
}

Json ToJson(const std::vector<RetentionStep>& path) {
  Json steps = Json::array();
  for (const RetentionStep& step : path) {
    steps.push_back({{"what", step.what},
                     {"type", step.type},
                     {"bytes", step.bytes},
                     {"count", step.count},
                     {"count_per_run", step.count_per_run > 0 ? Json(step.count_per_run) : Json()},
                     {"made_at", OrNull(step.made_at)}});
  }
  return steps;
}

Json ToJson(const std::optional<Weaken>& weaken) {
  if (!weaken) return nullptr;
  return {{"member", weaken->member},
          {"type", weaken->type},
          {"file", weaken->file},
          {"line", weaken->line}};
}

Json ToJson(const std::vector<Evidence>& evidence) {
  Json items = Json::array();
  for (const Evidence& item : evidence) {
    items.push_back({{"source", item.source}, {"text", item.text}});
  }
  return items;
}

void AddSolution(const Solution& solution, Json* json) {
  (*json)["summary"] = solution.summary;
  (*json)["diff"] = solution.diff;
  (*json)["snippet"] = solution.snippet;
  (*json)["why_no_diff"] = solution.why_no_diff;
  (*json)["why"] = solution.why;
  (*json)["trade_off"] = solution.trade_off;
  (*json)["effort"] = solution.effort;
}

Json ToJson(const std::optional<Fix>& fix) {
  if (!fix) return nullptr;
  Json json = Json::object();
  AddSolution(*fix, &json);
  json["expected_reduction_bytes"] = OrNull(fix->expected_reduction_bytes);
  json["expected_peak_reduction_bytes"] = OrNull(fix->expected_peak_reduction_bytes);
  json["expected_reduction_calls"] = OrNull(fix->expected_reduction_calls);
  json["alternatives"] = Json::array();
  for (const Solution& alternative : fix->alternatives) {
    json["alternatives"].push_back(Json::object());
    AddSolution(alternative, &json["alternatives"].back());
  }
  return json;
}

Json ToJson(const std::optional<Waste>& waste) {
  if (!waste) return nullptr;
  return {{"bytes", waste->bytes},
          {"calls", waste->calls},
          {"share_of_bytes", Share(waste->share_of_bytes)},
          {"share_of_calls", Share(waste->share_of_calls)}};
}

}  // namespace

nlohmann::ordered_json FindingJson(const Finding& finding) {
  Json json = Json::object();
  json["fingerprint"] = finding.fingerprint;
  json["severity"] = Name(finding.severity);
  json["kind"] = Name(finding.kind);
  json["pattern"] = Name(finding.pattern);
  json["pattern_confidence"] = Name(finding.pattern_confidence);
  json["decided_by"] = finding.decided_by;
  json["sub_cause"] = OrNull(finding.sub_cause);
  json["title"] = finding.title;
  json["tests"] = finding.tests;
  json["scope"] = OrNull(finding.scope_label);
  json["location"] = {{"file", finding.location.file},
                      {"line", finding.location.line},
                      {"function", finding.location.function},
                      {"text", OrNull(finding.location.text)}};
  json["stack"] = FramesJson(finding.stack);
  json["impact"] = ToJson(finding.impact);
  json["growth"] = ToJson(finding.growth);
  json["held_by"] = ToJson(finding.held_by);
  json["retention_path"] = ToJson(finding.retention_path);
  json["cycle"] = finding.cycle.empty() ? Json(nullptr) : Json(finding.cycle);
  json["cycle_count"] = finding.cycle_count > 0 ? Json(finding.cycle_count) : Json(nullptr);
  json["weaken"] = ToJson(finding.weaken);
  json["cause"] = finding.cause;
  json["evidence"] = ToJson(finding.evidence);
  json["waste"] = ToJson(finding.waste);
  json["fix"] = ToJson(finding.fix);
  json["baseline"] = Name(finding.baseline);
  json["rerun"] = finding.rerun;
  return json;
}

}  // namespace memprof
