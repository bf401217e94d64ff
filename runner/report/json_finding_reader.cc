// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_finding_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runner/report/json_frame.h"

namespace memprof {
namespace {

std::string ReadText(const JsonNode& node) { return node.Text(); }

std::optional<std::int64_t> ReadMaybeInteger(const JsonNode& node) { return node.MaybeInteger(); }

Impact ReadImpact(const JsonNode& node) {
  Impact impact;
  impact.bytes_per_iteration = node["bytes_per_iteration"].MaybeInteger();
  impact.blocks_per_iteration = node["blocks_per_iteration"].MaybeInteger();
  impact.total_bytes = node["total_bytes"].MaybeInteger();
  impact.peak_bytes = node["peak_bytes"].MaybeInteger();
  impact.count = node["count"].MaybeInteger();
  return impact;
}

std::optional<GrowthSeries> ReadGrowth(const JsonNode& node) {
  if (node.IsNull()) return std::nullopt;
  GrowthSeries growth;
  growth.growth_class = node["class"].Text();
  growth.series = node["series"].Each([](const JsonNode& value) { return value.Integer(); });
  growth.confidence = node["confidence"].Number();
  return growth;
}

std::optional<HeldBy> ReadHeldBy(const JsonNode& node) {
  if (node.IsNull()) return std::nullopt;
  HeldBy held_by;
  held_by.kind = node["kind"].OneOf(HolderKind::kData);
  held_by.symbol = node["symbol"].Text();
  held_by.type = node["type"].Text();
  held_by.file = node["file"].Text();
  held_by.line = node["line"].SmallInteger();
  held_by.function = node["function"].Text();
  held_by.thread = node["thread"].Text();
  held_by.module = node["module"].Text();
  held_by.is_foreign = node["is_foreign"].Truth();
  held_by.retained_bytes =
      node["retained_bytes"].Each([](const JsonNode& value) { return value.Integer(); });
  held_by.runs = node["runs"].Each([](const JsonNode& value) { return value.SmallInteger(); });
  return held_by;
}

RetentionStep ReadRetentionStep(const JsonNode& node) {
  return {node["what"].Text(),
          node["type"].Text(),
          node["bytes"].Integer(),
          node["count"].Integer(),
          node["count_per_run"].MaybeInteger().value_or(0),
          node["made_at"].MaybeText()};
}

std::optional<Weaken> ReadWeaken(const JsonNode& node) {
  if (node.IsNull()) return std::nullopt;
  return Weaken{node["member"].Text(), node["type"].Text(), node["file"].Text(),
                node["line"].SmallInteger()};
}

Solution ReadSolution(const JsonNode& node) {
  Solution solution;
  solution.summary = node["summary"].Text();
  solution.diff = node["diff"].Text();
  solution.snippet = node.Maybe("snippet", ReadText);
  solution.why_no_diff = node.Maybe("why_no_diff", ReadText);
  solution.why = node["why"].Text();
  solution.trade_off = node["trade_off"].Text();
  solution.effort = node["effort"].Text();
  return solution;
}

std::optional<Fix> ReadFix(const JsonNode& node) {
  if (node.IsNull()) return std::nullopt;
  Fix fix;
  static_cast<Solution&>(fix) = ReadSolution(node);
  fix.expected_reduction_bytes = node["expected_reduction_bytes"].MaybeInteger();
  fix.expected_peak_reduction_bytes = node.Maybe("expected_peak_reduction_bytes", ReadMaybeInteger);
  fix.expected_reduction_calls = node.Maybe("expected_reduction_calls", ReadMaybeInteger);
  fix.alternatives = node.Maybe(
      "alternatives", [](const JsonNode& alternatives) { return alternatives.Each(ReadSolution); });
  return fix;
}

std::optional<Waste> ReadWaste(const JsonNode& node) {
  return Waste{node["bytes"].Integer(), node["calls"].Integer(), node["share_of_bytes"].Number(),
               node["share_of_calls"].Number()};
}

Location ReadLocation(const JsonNode& node) {
  return {node["file"].Text(), node["line"].SmallInteger(), node["function"].Text(),
          node.Maybe("text", ReadText)};
}

}  // namespace

Finding ReadFinding(const JsonNode& node) {
  Finding finding;
  finding.fingerprint = node["fingerprint"].Text();
  finding.severity = node["severity"].OneOf(Severity::kCritical);
  finding.kind = node["kind"].OneOf(FindingKind::kStaticRisk);
  finding.pattern = node["pattern"].OneOf(Pattern::kPeakSite);
  finding.pattern_confidence = node.Maybe("pattern_confidence", [](const JsonNode& confidence) {
    return confidence.OneOf(Confidence::kHigh);
  });
  finding.decided_by =
      node.Maybe("decided_by", [](const JsonNode& clauses) { return clauses.Texts(); });
  finding.sub_cause = node.Maybe("sub_cause", ReadText);
  finding.title = node["title"].Text();
  finding.tests = node["tests"].Texts();
  finding.scope_label = node["scope"].MaybeText();
  finding.location = ReadLocation(node["location"]);
  finding.stack = node["stack"].Each(ReadFrame);
  finding.impact = ReadImpact(node["impact"]);
  finding.growth = ReadGrowth(node["growth"]);
  finding.held_by = ReadHeldBy(node["held_by"]);
  finding.retention_path = node["retention_path"].Each(ReadRetentionStep);
  const JsonNode cycle = node["cycle"];
  if (!cycle.IsNull()) finding.cycle = cycle.Texts();
  finding.cycle_count = node["cycle_count"].MaybeInteger().value_or(0);
  finding.weaken = ReadWeaken(node["weaken"]);
  finding.cause = node["cause"].Text();
  finding.evidence = node["evidence"].Each([](const JsonNode& item) {
    return Evidence{item["source"].Text(), item["text"].Text()};
  });
  finding.waste = node.Maybe("waste", ReadWaste);
  finding.fix = ReadFix(node["fix"]);
  finding.baseline = node.Maybe(
      "baseline", [](const JsonNode& state) { return state.OneOf(BaselineState::kKnown); });
  finding.rerun = node["rerun"].Text();
  return finding;
}

}  // namespace memprof
