// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/json_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

/// Thrown from the depths of a report to ReadReportJson(), which turns it into an Error: the
/// alternative is a check after each of some eighty members.
struct Mismatch {
  std::string message;
};

/// A value and the way to it, which is spelt out only when something is wrong with the value.
class Node {
 public:
  Node(const Json& json, const Node* parent, std::string_view key, std::size_t index)
      : json_(json), parent_(parent), key_(key), index_(index) {}

  bool IsNull() const { return json_.is_null(); }

  bool Has(std::string_view key) const { return json_.is_object() && json_.contains(key); }

  Node operator[](std::string_view key) const {
    Expect(json_.is_object(), "an object");
    const auto found = json_.find(key);
    if (found == json_.end()) {
      const std::string path = Path();
      throw Mismatch{fmt::format("{}{}{} is missing", path, path.empty() ? "" : ".", key)};
    }
    return Node(*found, this, key, 0);
  }

  template <class Read>
  auto Each(Read read) const {
    Expect(json_.is_array(), "an array");
    std::vector<decltype(read(*this))> values;
    values.reserve(json_.size());
    for (std::size_t i = 0; i < json_.size(); ++i)
      values.push_back(read(Node(json_[i], this, {}, i)));
    return values;
  }

  std::string Text() const {
    Expect(json_.is_string(), "a string");
    return json_.get<std::string>();
  }

  bool Truth() const {
    Expect(json_.is_boolean(), "true or false");
    return json_.get<bool>();
  }

  double Number() const {
    Expect(json_.is_number(), "a number");
    return json_.get<double>();
  }

  std::int64_t Integer() const {
    // What was written without a sign and does not fit is kept as unsigned, or as a double.
    Expect(json_.is_number_integer() &&
               (!json_.is_number_unsigned() ||
                json_.get<std::uint64_t>() <= std::numeric_limits<std::int64_t>::max()),
           "an integer of 64 bits");
    return json_.get<std::int64_t>();
  }

  int SmallInteger() const {
    const std::int64_t value = Integer();
    Expect(value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max(),
           "an integer of 32 bits");
    return static_cast<int>(value);
  }

  std::optional<std::int64_t> MaybeInteger() const {
    if (IsNull()) return std::nullopt;
    return Integer();
  }

  std::string MaybeText() const { return IsNull() ? std::string() : Text(); }

  std::vector<std::string> Texts() const {
    return Each([](const Node& node) { return node.Text(); });
  }

  /// The enumerator whose Name() this is; `last` is the last of them.
  template <class Enum>
  Enum OneOf(Enum last) const {
    const std::string name = Text();
    for (int i = 0; i <= static_cast<int>(last); ++i) {
      if (name == Name(static_cast<Enum>(i))) return static_cast<Enum>(i);
    }
    throw Mismatch{fmt::format("{} is \"{}\", which this version does not know", Path(), name)};
  }

 private:
  void Expect(bool condition, std::string_view wanted) const {
    if (condition) return;
    const std::string path = Path();
    throw Mismatch{
        fmt::format("{} is not {}", path.empty() ? std::string("the whole") : path, wanted)};
  }

  std::string Path() const {
    if (parent_ == nullptr) return {};
    const std::string before = parent_->Path();
    if (key_.empty()) return fmt::format("{}[{}]", before, index_);
    return before.empty() ? std::string(key_) : fmt::format("{}.{}", before, key_);
  }

  const Json& json_;
  const Node* parent_;
  std::string_view key_;
  std::size_t index_;
};

IterationStats ReadIteration(const Node& node) {
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
  return stats;
}

TestReport ReadTest(const Node& node) {
  TestReport test;
  test.suite = node["suite"].Text();
  test.name = node["name"].Text();
  test.file = node["file"].Text();
  test.line = node["line"].SmallInteger();
  test.status = node["status"].OneOf(TestStatus::kTimedOut);
  test.verdict = node["verdict"].OneOf(TestVerdict::kNotMeasured);
  test.iterations = node["iterations"].Each(ReadIteration);
  return test;
}

Frame ReadFrame(const Node& node) {
  Frame frame;
  frame.file = node["file"].Text();
  frame.line = node["line"].SmallInteger();
  frame.function = node["function"].Text();
  frame.module = node["module"].Text();
  if (node.Has("module_offset")) {
    frame.module_offset = static_cast<std::uint64_t>(node["module_offset"].Integer());
  }
  return frame;
}

Impact ReadImpact(const Node& node) {
  Impact impact;
  impact.bytes_per_iteration = node["bytes_per_iteration"].MaybeInteger();
  impact.blocks_per_iteration = node["blocks_per_iteration"].MaybeInteger();
  impact.total_bytes = node["total_bytes"].MaybeInteger();
  impact.peak_bytes = node["peak_bytes"].MaybeInteger();
  impact.count = node["count"].MaybeInteger();
  return impact;
}

std::optional<GrowthSeries> ReadGrowth(const Node& node) {
  if (node.IsNull()) return std::nullopt;
  GrowthSeries growth;
  growth.growth_class = node["class"].Text();
  growth.series = node["series"].Each([](const Node& value) { return value.Integer(); });
  growth.confidence = node["confidence"].Number();
  return growth;
}

std::optional<HeldBy> ReadHeldBy(const Node& node) {
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
      node["retained_bytes"].Each([](const Node& value) { return value.Integer(); });
  held_by.runs = node["runs"].Each([](const Node& value) { return value.SmallInteger(); });
  return held_by;
}

RetentionStep ReadRetentionStep(const Node& node) {
  return {node["what"].Text(),
          node["type"].Text(),
          node["bytes"].Integer(),
          node["count"].Integer(),
          node["count_per_run"].MaybeInteger().value_or(0),
          node["made_at"].MaybeText()};
}

std::optional<Weaken> ReadWeaken(const Node& node) {
  if (node.IsNull()) return std::nullopt;
  return Weaken{node["member"].Text(), node["type"].Text(), node["file"].Text(),
                node["line"].SmallInteger()};
}

std::optional<Fix> ReadFix(const Node& node) {
  if (node.IsNull()) return std::nullopt;
  Fix fix;
  fix.summary = node["summary"].Text();
  fix.diff = node["diff"].Text();
  fix.why = node["why"].Text();
  fix.expected_reduction_bytes = node["expected_reduction_bytes"].MaybeInteger();
  fix.trade_off = node["trade_off"].Text();
  fix.effort = node["effort"].Text();
  return fix;
}

Location ReadLocation(const Node& node) {
  return {node["file"].Text(), node["line"].SmallInteger(), node["function"].Text()};
}

Finding ReadFinding(const Node& node) {
  Finding finding;
  finding.fingerprint = node["fingerprint"].Text();
  finding.severity = node["severity"].OneOf(Severity::kCritical);
  finding.kind = node["kind"].OneOf(FindingKind::kStaticRisk);
  finding.pattern = node["pattern"].OneOf(Pattern::kPeakSite);
  finding.title = node["title"].Text();
  finding.tests = node["tests"].Texts();
  finding.scope_label = node["scope"].MaybeText();
  finding.location = ReadLocation(node["location"]);
  finding.stack = node["stack"].Each(ReadFrame);
  finding.impact = ReadImpact(node["impact"]);
  finding.growth = ReadGrowth(node["growth"]);
  finding.held_by = ReadHeldBy(node["held_by"]);
  finding.retention_path = node["retention_path"].Each(ReadRetentionStep);
  const Node cycle = node["cycle"];
  if (!cycle.IsNull()) finding.cycle = cycle.Texts();
  finding.cycle_count = node["cycle_count"].MaybeInteger().value_or(0);
  finding.weaken = ReadWeaken(node["weaken"]);
  finding.cause = node["cause"].Text();
  finding.evidence = node["evidence"].Each([](const Node& item) {
    return Evidence{item["source"].Text(), item["text"].Text()};
  });
  finding.fix = ReadFix(node["fix"]);
  finding.rerun = node["rerun"].Text();
  return finding;
}

Summary ReadSummary(const Node& node) {
  Summary summary;
  summary.tests = node["tests"].SmallInteger();
  summary.critical = node["critical"].SmallInteger();
  summary.warning = node["warning"].SmallInteger();
  summary.optimization = node["optimization"].SmallInteger();
  summary.reduction_possible_bytes = node["reduction_possible_bytes"].MaybeInteger();
  summary.priorities = node["priorities"].Texts();
  summary.patterns = node["patterns"].Each([](const Node& pattern) {
    return PatternCount{pattern["pattern"].Text(), pattern["count"].SmallInteger(),
                        pattern["where"].Texts()};
  });
  return summary;
}

Report ReadReport(const Node& node) {
  Report report;
  report.tool_version = node["tool"]["version"].Text();
  report.binary = node["binary"].Text();
  report.stages = node["stages"].Texts();
  report.interrupted = node["interrupted"].Truth();
  report.crash = node["crash"].MaybeText();
  report.peak_error_bytes = node["peak_error_bytes"].MaybeInteger();
  report.tests = node["tests"].Each(ReadTest);
  report.findings = node["findings"].Each(ReadFinding);
  report.summary = ReadSummary(node["summary"]);
  report.not_measured = node["not_measured"].Each([](const Node& missing) {
    return NotMeasured{missing["tool"].Text(), missing["test"].Text(), missing["why"].Text()};
  });
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
    const Node root(json, nullptr, {}, 0);
    const std::int64_t version = root["schema_version"].Integer();
    if (version > kReportSchemaVersion) {
      return Error{ErrorKind::kUnsupported,
                   fmt::format("the report has schema_version {}, and this memprof reads up to {}",
                               version, kReportSchemaVersion),
                   "It was written by a newer memprof. Use that version, or profile again with "
                   "this one."};
    }
    if (version < 1) throw Mismatch{fmt::format("schema_version is {}", version)};
    return ReadReport(root);
  } catch (const Mismatch& mismatch) {
    return Error{ErrorKind::kDamaged, "not a report of memprof: " + mismatch.message,
                 "Give the report.json that memprof run wrote."};
  }
}

}  // namespace memprof
