// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/json_finding.h"
#include "runner/report/json_frame.h"
#include "runner/report/json_null.h"
#include "runner/report/json_process_use.h"
#include "runner/report/json_profile.h"
#include "runner/report/json_program.h"
#include "runner/report/json_reader.h"
#include "runner/report/json_test.h"
#include "runner/report/json_writer.h"
#include "runner/report/renderers.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

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
  if (stats.gauges.empty()) return json;
  Json gauges = Json::array();
  for (const GaugeReading& gauge : stats.gauges) {
    gauges.push_back({{"name", gauge.name}, {"change", gauge.change}});
  }
  json["gauges"] = std::move(gauges);
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
  if (!test.binary.empty()) json["binary"] = test.binary;
  if (test.keeps.empty()) return json;
  Json keeps = Json::array();
  for (const DeclaredKeeps& each : test.keeps) {
    keeps.push_back(
        {{"file", each.file}, {"line", each.line}, {"bytes", each.bytes}, {"why", each.why}});
  }
  json["keeps"] = std::move(keeps);
  return json;
}

Json ToJson(const std::vector<SystemicPattern>& systemic) {
  Json items = Json::array();
  for (const SystemicPattern& pattern : systemic) {
    items.push_back({{"by", Name(pattern.by)},
                     {"what", pattern.what},
                     {"text", pattern.text},
                     {"findings", pattern.findings},
                     {"tests", pattern.tests}});
  }
  return items;
}

Json ToJson(const SuppressionUse& use) {
  Json json = Json::object();
  json["file"] = use.file;
  json["line"] = use.line;
  json["text"] = use.text;
  json["reason"] = OrNull(use.reason);
  json["findings"] = use.findings;
  json["stale"] = use.stale;
  json["expired"] = use.expired;
  json["exceeded"] = use.exceeded;
  return json;
}

Json ToJson(const std::optional<BaselineUse>& use) {
  if (!use) return nullptr;
  return {{"file", use->file}, {"findings", use->findings}, {"gone", use->gone}};
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
  json["waste_possible_bytes"] = OrNull(summary.waste_possible_bytes);
  json["priorities"] = summary.priorities;
  json["patterns"] = std::move(patterns);
  json["systemic"] = ToJson(summary.systemic);
  json["suppressed"] = summary.suppressed;
  json["known"] = summary.known;
  return json;
}

}  // namespace

Json TestJson(const TestReport& test) { return ToJson(test); }

std::string RenderJson(const Report& report, const RenderOptions& /*options*/) {
  JsonWriter writer;
  writer.Member("schema_version", kReportSchemaVersion);
  writer.Member("tool", {{"name", "memprof"}, {"version", report.tool_version}});
  writer.Member("binary", report.binary);
  writer.Member("stages", report.stages);
  writer.Member("interrupted", report.interrupted);
  if (!report.interrupted_in.empty()) writer.Member("interrupted_in", report.interrupted_in);
  writer.Member("crash", OrNull(report.crash));
  if (!report.hang_stack.empty()) {
    Json threads = Json::array();
    for (const HungThread& thread : report.hang_threads) {
      threads.push_back({{"name", thread.name}, {"stack", FramesJson(thread.stack)}});
    }
    writer.Member("hang",
                  {{"stack", FramesJson(report.hang_stack)}, {"threads", std::move(threads)}});
  }
  if (report.process) writer.Member("process", ProcessUseJson(*report.process));
  if (report.scan) {
    writer.Member("scan", {{"database", report.scan->database},
                           {"files", report.scan->files},
                           {"not_read", report.scan->not_read}});
  }
  writer.Member("peak_error_bytes", OrNull(report.peak_error_bytes));

  writer.OpenArray("tests");
  for (const TestReport& test : report.tests) writer.Element(ToJson(test));
  writer.CloseArray();

  writer.OpenArray("findings");
  for (const Finding& finding : report.findings) writer.TallElement(FindingJson(finding));
  writer.CloseArray();

  writer.Member("summary", ToJson(report.summary));

  writer.OpenArray("not_measured");
  for (const NotMeasured& missing : report.not_measured) {
    writer.Element({{"tool", missing.tool}, {"test", missing.test}, {"why", missing.why}});
  }
  writer.CloseArray();

  writer.OpenArray("suppressions");
  for (const SuppressionUse& use : report.suppressions) writer.Element(ToJson(use));
  writer.CloseArray();
  writer.Member("baseline", ToJson(report.baseline));

  writer.OpenArray("profiles");
  for (const Profile& profile : report.profiles) writer.TallElement(ProfileJson(profile));
  writer.CloseArray();
  writer.OpenArray("sources");
  for (const SourceExcerpt& excerpt : report.sources) writer.Element(SourceExcerptJson(excerpt));
  writer.CloseArray();
  if (!report.programs.empty()) {
    writer.OpenArray("programs");
    for (const ProgramEvidence& program : report.programs) writer.TallElement(ProgramJson(program));
    writer.CloseArray();
  }
  writer.Member("conflicts", report.conflicts);
  return std::move(writer).Finish();
}

}  // namespace memprof
