// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/html/html_data.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/hang_text.h"
#include "runner/report/html/html_finding.h"
#include "runner/report/html/html_tables.h"
#include "runner/report/json_null.h"
#include "runner/report/plain_text.h"
#include "runner/report/process_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_summary.h"
#include "runner/report/text_suppressions.h"
#include "runner/report/verdict_text.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

// A browser is quick with these; beyond them nobody reads, and report.json has all.
constexpr std::size_t kFindingsShown = 2000;
constexpr std::size_t kTestsOfGap = 100;
constexpr std::size_t kTextBytes = std::size_t{64} << 10;

Json HeadData(const Report& report, const RenderOptions& options) {
  Json json = Json::object();
  json["tool_version"] = report.tool_version;
  json["binary"] = report.binary;
  json["stages"] = report.stages;
  json["interrupted"] = report.interrupted;
  json["interrupted_in"] = InStage(report);
  json["crash"] = OrNull(report.crash);
  json["hang"] = HangLines(report);
  json["peaks"] = nullptr;
  if (report.peak_error_bytes) {
    json["peaks"] = *report.peak_error_bytes == 0
                        ? "exact"
                        : "exact within " + HumanBytes(*report.peak_error_bytes);
  }
  json["source_root"] = OrNull(options.source_root);
  return json;
}

/// Of a program that was measured as a whole, else null.
Json ProcessData(const Report& report) {
  if (!report.process) return nullptr;
  Json lines = Json::array();
  for (const ProcessLine& line : ProcessLines(*report.process)) {
    lines.push_back({{"label", line.label}, {"text", line.text}});
  }
  return {{"command", report.process->command},
          {"headline", ProcessHeadline(*report.process)},
          {"live_bytes", OrNull(report.process->live_bytes)},
          {"peak_bytes", OrNull(report.process->peak_bytes)},
          {"allocations", OrNull(report.process->allocations)},
          {"lines", std::move(lines)}};
}

const char* State(const Report& report) {
  switch (PaintOfVerdict(report)) {
    case Paint::kRed:
      return "critical";
    case Paint::kGreen:
      return "clean";
    default:
      return "warning";
  }
}

Json VerdictCounts(const Report& report) {
  std::map<TestVerdict, int> counts;
  for (const TestReport& test : report.tests) ++counts[test.verdict];
  Json json = Json::object();
  for (const TestVerdict verdict :
       {TestVerdict::kCritical, TestVerdict::kWarning, TestVerdict::kOptimization,
        TestVerdict::kNotMeasured, TestVerdict::kClean}) {
    json[Name(verdict)] = counts[verdict];
  }
  return json;
}

Json StatusData(const Report& report) {
  Json json = Json::array();
  const auto add = [&](TestStatus status, const char* words, const char* meaning) {
    Json tests = Json::array();
    std::size_t count = 0;
    for (std::size_t i = 0; i < report.tests.size(); ++i) {
      if (report.tests[i].status != status) continue;
      if (++count <= kTestsOfGap) tests.push_back(i);
    }
    if (count == 0) return;
    json.push_back(
        {{"status", words}, {"meaning", meaning}, {"count", count}, {"tests", std::move(tests)}});
  };
  add(TestStatus::kCrashed, "crashed", "memory is known up to the crash only");
  add(TestStatus::kTimedOut, "timed out", "memory is known up to the time limit only");
  add(TestStatus::kFailed, "failed", "own assertions failed; memory was measured all the same");
  return json;
}

Json SummaryData(const Report& report) {
  const Summary& summary = report.summary;
  Json json = Json::object();
  json["verdict"] = VerdictText(report);
  json["state"] = State(report);
  json["tests"] = summary.tests;
  json["critical"] = summary.critical;
  json["warning"] = summary.warning;
  json["optimization"] = summary.optimization;
  json["suppressed"] = summary.suppressed;
  json["known"] = summary.known;
  json["verdicts"] = VerdictCounts(report);
  json["statuses"] = StatusData(report);
  json["reduction_possible_bytes"] = OrNull(summary.reduction_possible_bytes);
  json["waste_possible_bytes"] = OrNull(summary.waste_possible_bytes);
  json["priorities"] = summary.priorities;
  json["patterns"] = Json::array();
  for (const PatternCount& pattern : summary.patterns) {
    json["patterns"].push_back(
        {{"pattern", pattern.pattern}, {"count", pattern.count}, {"where", pattern.where}});
  }
  json["systemic"] = Json::array();
  for (const SystemicPattern& systemic : summary.systemic) {
    json["systemic"].push_back({{"by", Name(systemic.by)},
                                {"text", systemic.text},
                                {"findings", systemic.findings},
                                {"tests", systemic.tests}});
  }
  return json;
}

/// By tool and reason, as the text report has them.
Json NotMeasuredData(const Report& report, const HtmlShared& shared) {
  struct Group {
    std::size_t count = 0;
    Json tests = Json::array();
    bool whole_run = false;
  };
  std::map<std::pair<std::string_view, std::string_view>, Group> groups;
  for (const NotMeasured& missing : report.not_measured) {
    Group& group = groups[{missing.tool, missing.why}];
    if (missing.test.empty()) {
      group.whole_run = true;
    } else if (++group.count <= kTestsOfGap) {
      group.tests.push_back(shared.Test(missing.test));
    }
  }
  Json json = Json::array();
  for (auto& [key, group] : groups) {
    json.push_back({{"tool", key.first},
                    {"why", key.second},
                    {"whole_run", group.whole_run},
                    {"count", group.count},
                    {"tests", std::move(group.tests)}});
  }
  return json;
}

Json SuppressionsData(const Report& report) {
  Json json = Json::array();
  for (const SuppressionUse& use : report.suppressions) {
    json.push_back({{"file", use.file},
                    {"line", use.line},
                    {"text", use.text},
                    {"state", SuppressionState(use)},
                    {"became", SuppressionText(use)},
                    {"exceeded", use.exceeded}});
  }
  return json;
}

Json BaselineData(const Report& report) {
  if (!report.baseline) return nullptr;
  const BaselineUse& use = *report.baseline;
  return {{"file", use.file},
          {"counts", CountsByBaseline(report)},
          {"findings", use.findings},
          {"gone", use.gone}};
}

/// Makes every text fit to show: valid UTF-8, no escapes and control characters but line ends and
/// tabs, and no longer than a page bears.
void CleanTexts(Json* json) {
  if (json->is_structured()) {
    for (Json& each : *json) CleanTexts(&each);
  } else if (json->is_string()) {
    std::string& text = json->get_ref<std::string&>();
    const auto is_control = [](unsigned char c) {
      return (c < 0x20 && c != '\n' && c != '\t') || c >= 0x7f;
    };
    const bool is_plain =
        text.size() <= kTextBytes && std::none_of(text.begin(), text.end(), is_control);
    if (is_plain) return;
    const bool is_cut = text.size() > kTextBytes;
    text = RepairUtf8(StripAnsi(std::string_view(text).substr(0, kTextBytes)));
    if (is_cut) text += " … (cut: all of it is in report.json)";
    for (char& c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 && is_control(byte)) c = ' ';
    }
  }
}

}  // namespace

Json HtmlData(const Report& report, const RenderOptions& options) {
  HtmlShared shared(report);
  Json json = Json::object();
  json["schema_version"] = 1;
  json["head"] = HeadData(report, options);
  json["process"] = ProcessData(report);
  // Of a scan alone: it ran no tests.
  if (report.scan && report.tests.empty()) json["scan"] = {{"files", report.scan->files}};
  json["summary"] = SummaryData(report);
  Json findings = Json::array();
  const std::vector<NumberedFinding> order = FindingOrder(report);
  for (const NumberedFinding& numbered : order) {
    if (findings.size() == kFindingsShown) break;
    findings.push_back(HtmlFinding(numbered, options, &shared));
  }
  json["findings_left_out"] = order.size() - findings.size();
  json["findings"] = std::move(findings);
  json["frames"] = shared.Frames();
  json["not_measured"] = NotMeasuredData(report, shared);
  json["conflicts"] = report.conflicts;
  json["suppressions"] = SuppressionsData(report);
  json["baseline"] = BaselineData(report);
  json["tests"] = TestsData(report);
  json["profiles"] = ProfilesData(report);
  json["sources"] = SourcesData(report);
  json["lines"] = LinesData(report);
  CleanTexts(&json);
  return json;
}

}  // namespace memprof
