// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_reader.h"

#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runner/report/json_finding_reader.h"
#include "runner/report/json_frame.h"
#include "runner/report/json_node.h"
#include "runner/report/json_process_use.h"
#include "runner/report/json_profile.h"
#include "runner/report/json_program.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

std::vector<GaugeReading> ReadGauges(const JsonNode& node) {
  return node.Each([](const JsonNode& gauge) {
    return GaugeReading{gauge["name"].Text(), gauge["change"].Integer()};
  });
}

std::vector<DeclaredKeeps> ReadKeeps(const JsonNode& node) {
  return node.Each([](const JsonNode& keeps) {
    return DeclaredKeeps{keeps["file"].Text(), keeps["line"].SmallInteger(),
                         keeps["bytes"].Integer(), keeps["why"].Text()};
  });
}

IterationStats ReadIteration(const JsonNode& node) {
  IterationStats stats;
  stats.kept_bytes = node["kept_bytes"].MaybeInteger();
  stats.kept_blocks = node["kept_blocks"].MaybeInteger();
  stats.allocations = node["allocations"].MaybeInteger();
  stats.allocated_bytes = node["allocated_bytes"].MaybeInteger();
  stats.peak_bytes = node["peak_bytes"].MaybeInteger();
  stats.fds = node["fds"].MaybeInteger();
  stats.threads = node["threads"].MaybeInteger();
  stats.mapped_bytes = node["mapped_bytes"].MaybeInteger();
  stats.wall_ns = node["wall_ns"].Integer();
  stats.gauges = node.Maybe("gauges", ReadGauges);
  return stats;
}

TestReport ReadTest(const JsonNode& node) {
  TestReport test;
  test.suite = node["suite"].Text();
  test.name = node["name"].Text();
  test.file = node["file"].Text();
  test.line = node["line"].SmallInteger();
  test.status = node["status"].OneOf(TestStatus::kTimedOut);
  test.verdict = node["verdict"].OneOf(TestVerdict::kNotMeasured);
  test.iterations = node["iterations"].Each(ReadIteration);
  test.binary = node.Maybe("binary", [](const JsonNode& binary) { return binary.Text(); });
  test.keeps = node.Maybe("keeps", ReadKeeps);
  return test;
}

int ReadCount(const JsonNode& node) { return node.SmallInteger(); }

SystemicPattern ReadSystemicPattern(const JsonNode& node) {
  return {node["by"].OneOf(SystemicPattern::By::kPattern), node["what"].Text(), node["text"].Text(),
          node["findings"].Texts(), node["tests"].SmallInteger()};
}

Summary ReadSummary(const JsonNode& node) {
  Summary summary;
  summary.tests = node["tests"].SmallInteger();
  summary.critical = node["critical"].SmallInteger();
  summary.warning = node["warning"].SmallInteger();
  summary.optimization = node["optimization"].SmallInteger();
  summary.reduction_possible_bytes = node["reduction_possible_bytes"].MaybeInteger();
  summary.priorities = node["priorities"].Texts();
  summary.patterns = node["patterns"].Each([](const JsonNode& pattern) {
    return PatternCount{pattern["pattern"].Text(), pattern["count"].SmallInteger(),
                        pattern["where"].Texts()};
  });
  summary.waste_possible_bytes = node.Maybe(
      "waste_possible_bytes", [](const JsonNode& bytes) { return bytes.MaybeInteger(); });
  summary.systemic = node.Maybe(
      "systemic", [](const JsonNode& patterns) { return patterns.Each(ReadSystemicPattern); });
  summary.suppressed = node.Maybe("suppressed", ReadCount);
  summary.known = node.Maybe("known", ReadCount);
  return summary;
}

SuppressionUse ReadSuppression(const JsonNode& node) {
  return {node["file"].Text(),        node["line"].SmallInteger(),     node["text"].Text(),
          node["reason"].MaybeText(), node["findings"].SmallInteger(), node["stale"].Truth(),
          node["expired"].Truth(),    node["exceeded"].Texts()};
}

std::optional<BaselineUse> ReadBaseline(const JsonNode& node) {
  return BaselineUse{node["file"].Text(), node["findings"].SmallInteger(),
                     node["gone"].SmallInteger()};
}

Report ReadReport(const JsonNode& node) {
  Report report;
  report.tool_version = node["tool"]["version"].Text();
  report.binary = node["binary"].Text();
  report.stages = node["stages"].Texts();
  report.interrupted = node["interrupted"].Truth();
  if (node.Has("interrupted_in")) report.interrupted_in = node["interrupted_in"].Text();
  report.crash = node["crash"].MaybeText();
  if (node.Has("hang")) {
    report.hang_stack = node["hang"]["stack"].Each(ReadFrame);
    report.hang_threads = node["hang"]["threads"].Each([](const JsonNode& thread) {
      return HungThread{thread["name"].Text(), thread["stack"].Each(ReadFrame)};
    });
  }
  if (node.Has("process")) report.process = ReadProcessUse(node["process"]);
  if (node.Has("scan")) {
    const JsonNode scan = node["scan"];
    report.scan =
        ScanUse{scan["database"].Text(), scan["files"].Integer(), scan["not_read"].Integer()};
  }
  report.peak_error_bytes = node["peak_error_bytes"].MaybeInteger();
  report.tests = node["tests"].Each(ReadTest);
  report.findings = node["findings"].Each(ReadFinding);
  report.summary = ReadSummary(node["summary"]);
  report.not_measured = node["not_measured"].Each([](const JsonNode& missing) {
    return NotMeasured{missing["tool"].Text(), missing["test"].Text(), missing["why"].Text()};
  });
  report.suppressions =
      node.Maybe("suppressions", [](const JsonNode& uses) { return uses.Each(ReadSuppression); });
  report.baseline = node.Maybe("baseline", ReadBaseline);
  report.profiles =
      node.Maybe("profiles", [](const JsonNode& profiles) { return profiles.Each(ReadProfile); });
  report.sources = node.Maybe(
      "sources", [](const JsonNode& sources) { return sources.Each(ReadSourceExcerpt); });
  report.programs =
      node.Maybe("programs", [](const JsonNode& programs) { return programs.Each(ReadProgram); });
  report.conflicts =
      node.Maybe("conflicts", [](const JsonNode& conflicts) { return conflicts.Texts(); });
  return report;
}

constexpr char kDamagedHint[] =
    "The run that wrote it may have been killed. Profile again: memprof run -- TEST_BINARY";

}  // namespace

Result<Report> ReadReportJson(std::string_view text) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    const bool cut_off = error.byte > text.size();
    return Error{ErrorKind::kDamaged,
                 cut_off ? fmt::format("the report ends in the middle, after {} bytes", text.size())
                         : fmt::format("the report is not JSON at byte {}", error.byte),
                 kDamagedHint};
  } catch (const Json::exception&) {  // a number that no type holds
    return Error{ErrorKind::kDamaged, "the report holds a number out of range", kDamagedHint};
  }
  try {
    const JsonNode root(json, nullptr, {}, 0);
    const std::int64_t version = root["schema_version"].Integer();
    if (version > kReportSchemaVersion) {
      return Error{ErrorKind::kUnsupported,
                   fmt::format("the report has schema_version {}, and this memprof reads up to {}",
                               version, kReportSchemaVersion),
                   "It was written by a newer memprof. Use that version, or profile again with "
                   "this one."};
    }
    if (version < 1) throw JsonMismatch{fmt::format("schema_version is {}", version)};
    return ReadReport(root);
  } catch (const JsonMismatch& mismatch) {
    return Error{ErrorKind::kDamaged, "not a report of memprof: " + mismatch.message,
                 "Give the report.json that memprof run wrote."};
  }
}

}  // namespace memprof
