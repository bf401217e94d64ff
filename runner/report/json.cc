// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "runner/report/json_reader.h"
#include "runner/report/json_writer.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json ToJson(const IterationStats& stats) {
  Json json = Json::object();
  json["kept_bytes"] = OrNull(stats.kept_bytes);
  json["kept_blocks"] = OrNull(stats.kept_blocks);
  json["allocations"] = OrNull(stats.allocations);
  json["allocated_bytes"] = OrNull(stats.allocated_bytes);
  json["peak_bytes"] = OrNull(stats.peak_bytes);
  json["fds"] = OrNull(stats.fds);
  json["threads"] = OrNull(stats.threads);
  json["mapped_bytes"] = OrNull(stats.mapped_bytes);
  json["wall_ns"] = stats.wall_ns;
  return json;
}

Json ToJson(const TestReport& test) {
  Json iterations = Json::array();
  for (const IterationStats& stats : test.iterations) iterations.push_back(ToJson(stats));
  Json json = Json::object();
  json["suite"] = test.suite;
  json["name"] = test.name;
  json["file"] = test.file;
  json["line"] = test.line;
  json["status"] = Name(test.status);
  json["verdict"] = Name(test.verdict);
  json["iterations"] = std::move(iterations);
  return json;
}

Json ToJson(const Stack& stack) {
  Json frames = Json::array();
  for (const Frame& frame : stack) {
    frames.push_back({{"file", frame.file},
                      {"line", frame.line},
                      {"function", frame.function},
                      {"module", frame.module}});
    if (frame.module_offset != 0) frames.back()["module_offset"] = frame.module_offset;
  }
  return frames;
}

Json ToJson(const Impact& impact) {
  return {{"bytes_per_iteration", OrNull(impact.bytes_per_iteration)},
          {"blocks_per_iteration", OrNull(impact.blocks_per_iteration)},
          {"total_bytes", OrNull(impact.total_bytes)},
          {"peak_bytes", OrNull(impact.peak_bytes)},
          {"count", OrNull(impact.count)}};
}

Json ToJson(const std::optional<GrowthSeries>& growth) {
  if (!growth) return nullptr;
  // The schema promises a number, and JSON has no NaN.
  const double confidence = std::isfinite(growth->confidence) ? growth->confidence : 0;
  return {{"class", growth->growth_class}, {"series", growth->series}, {"confidence", confidence}};
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

Json ToJson(const std::optional<Fix>& fix) {
  if (!fix) return nullptr;
  return {{"summary", fix->summary},
          {"diff", fix->diff},
          {"why", fix->why},
          {"expected_reduction_bytes", OrNull(fix->expected_reduction_bytes)},
          {"trade_off", fix->trade_off},
          {"effort", fix->effort}};
}

Json ToJson(const Finding& finding) {
  Json json = Json::object();
  json["fingerprint"] = finding.fingerprint;
  json["severity"] = Name(finding.severity);
  json["kind"] = Name(finding.kind);
  json["pattern"] = Name(finding.pattern);
  json["title"] = finding.title;
  json["tests"] = finding.tests;
  json["scope"] = OrNull(finding.scope_label);
  json["location"] = {{"file", finding.location.file},
                      {"line", finding.location.line},
                      {"function", finding.location.function}};
  json["stack"] = ToJson(finding.stack);
  json["impact"] = ToJson(finding.impact);
  json["growth"] = ToJson(finding.growth);
  json["held_by"] = ToJson(finding.held_by);
  json["retention_path"] = ToJson(finding.retention_path);
  json["cycle"] = finding.cycle.empty() ? Json(nullptr) : Json(finding.cycle);
  json["cycle_count"] = finding.cycle_count > 0 ? Json(finding.cycle_count) : Json(nullptr);
  json["weaken"] = ToJson(finding.weaken);
  json["cause"] = finding.cause;
  json["evidence"] = ToJson(finding.evidence);
  json["fix"] = ToJson(finding.fix);
  json["rerun"] = finding.rerun;
  return json;
}

Json ToJson(const Summary& summary) {
  Json patterns = Json::array();
  for (const PatternCount& pattern : summary.patterns) {
    patterns.push_back(
        {{"pattern", pattern.pattern}, {"count", pattern.count}, {"where", pattern.where}});
  }
  Json json = Json::object();
  json["tests"] = summary.tests;
  json["critical"] = summary.critical;
  json["warning"] = summary.warning;
  json["optimization"] = summary.optimization;
  json["reduction_possible_bytes"] = OrNull(summary.reduction_possible_bytes);
  json["priorities"] = summary.priorities;
  json["patterns"] = std::move(patterns);
  return json;
}

}  // namespace

std::string RenderJson(const Report& report, const RenderOptions& /*options*/) {
  JsonWriter writer;
  writer.Member("schema_version", kReportSchemaVersion);
  writer.Member("tool", {{"name", "memprof"}, {"version", report.tool_version}});
  writer.Member("binary", report.binary);
  writer.Member("stages", report.stages);
  writer.Member("interrupted", report.interrupted);
  writer.Member("crash", OrNull(report.crash));
  writer.Member("peak_error_bytes", OrNull(report.peak_error_bytes));

  writer.OpenArray("tests");
  for (const TestReport& test : report.tests) writer.Element(ToJson(test));
  writer.CloseArray();

  writer.OpenArray("findings");
  for (const Finding& finding : report.findings) writer.TallElement(ToJson(finding));
  writer.CloseArray();

  writer.Member("summary", ToJson(report.summary));

  writer.OpenArray("not_measured");
  for (const NotMeasured& missing : report.not_measured) {
    writer.Element({{"tool", missing.tool}, {"test", missing.test}, {"why", missing.why}});
  }
  writer.CloseArray();
  return std::move(writer).Finish();
}

}  // namespace memprof
