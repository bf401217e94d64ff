// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/finding_place.h"
#include "runner/report/hang_text.h"
#include "runner/report/json_writer.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"
#include "runner/report/rule_id.h"
#include "runner/report/sarif_result.h"
#include "runner/report/sarif_rules.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kResults = 5'000;
// GitHub takes 10 MB gzipped. As no text grows by gzip, these hold whatever it is: all results, and
// those of them that have code flows and fixes.
constexpr std::size_t kBytes = 9'500'000;
constexpr std::size_t kDetailedBytes = 6'000'000;
constexpr std::size_t kNotifications = 200;
constexpr std::size_t kConfigurationColumns = 100;

constexpr char kSchema[] = "https://json.schemastore.org/sarif-2.1.0.json";

std::int64_t Count(std::size_t number) { return static_cast<std::int64_t>(number); }

/// What the reader must know of the run itself.
class Notifications {
 public:
  void Add(std::string_view id, const char* level, std::string_view text) {
    if (list_.size() == kNotifications) {
      ++left_out_;
      return;
    }
    list_.push_back({{"descriptor", {{"id", id}}},
                     {"level", level},
                     {"message", {{"text", SarifText(text, "?")}}}});
  }

  Json Take() && {
    if (left_out_ > 0) {
      list_.push_back({{"descriptor", {{"id", "left-out"}}},
                       {"level", "warning"},
                       {"message",
                        {{"text", fmt::format("+{} more notifications in report.json",
                                              HumanCount(Count(left_out_)))}}}});
    }
    return std::move(list_);
  }

 private:
  Json list_ = Json::array();
  std::size_t left_out_ = 0;
};

void AddWhatIsUnknown(const Report& report, Notifications* notes) {
  if (!report.crash.empty()) {
    notes->Add("crashed", "error",
               "the test binary ended early, only what it did before is judged: " + report.crash);
  }
  if (report.interrupted) {
    notes->Add(
        "interrupted", "error",
        fmt::format("the run was interrupted{}: what is not listed is unknown", InStage(report)));
  }
  for (const std::string& conflict : report.conflicts) notes->Add("conflict", "warning", conflict);
  for (const NotMeasured& missing : report.not_measured) {
    notes->Add("not-measured", "warning",
               fmt::format("not measured: {}{}{}: {}", missing.tool,
                           missing.test.empty() ? "" : " of ", missing.test, missing.why));
  }
}

/// Results as lines of text, with the rules that they refer to.
class Results {
 public:
  explicit Results(const Report& report) : places_(report) {
    for (const auto& [finding, number] : FindingOrder(report)) Add(*finding);
  }

  void Tell(Notifications* notes) const {
    const auto tell = [&](std::size_t count, std::string_view noun, std::string_view text) {
      if (count == 0) return;
      notes->Add("left-out", "warning", fmt::format("{} {}", Counted(Count(count), noun), text));
    };
    tell(left_out_, "finding", "left out here, the least severe: report.json has all");
    tell(placeless_, "finding", "left out here, as no line of the source tree stands for it");
    tell(brief_, "result", "without code flow, related places and fixes here, for want of room");
    tell(frames_, "outermost frame", "left out of code flows, which have 100 at most");
  }

  const Json& rules() const { return rules_; }
  const std::string& text() const { return text_; }

 private:
  void Add(const Finding& finding) {
    const std::optional<SourcePlace> place = places_.Of(finding);
    if (!place) {
      ++placeless_;
      return;
    }
    if (count_ == kResults || left_out_ > 0) {
      ++left_out_;
      return;
    }
    SarifResult result = SarifResultOf(finding, *place, places_, brief_ > 0);
    std::string line = Line(finding, &result.json);
    if (brief_ == 0 && text_.size() + line.size() > kDetailedBytes) {
      result = SarifResultOf(finding, *place, places_, /*brief=*/true);
      line = Line(finding, &result.json);
      ++brief_;
    } else if (brief_ > 0) {
      ++brief_;
    }
    if (text_.size() + line.size() > kBytes) {
      ++left_out_;
      --brief_;
      return;
    }
    frames_ += result.frames_left_out;
    ++count_;
    text_ += fmt::format("{}\n        {}", text_.empty() ? "" : ",", line);
  }

  std::string Line(const Finding& finding, Json* result) {
    const auto [found, added] = indices_.emplace(RuleId(finding), rules_.size());
    if (added) rules_.push_back(SarifRule(finding.kind, finding.pattern));
    (*result)["ruleIndex"] = found->second;
    return JsonText(*result);
  }

  FindingPlaces places_;
  Json rules_ = Json::array();
  std::map<std::string, std::size_t> indices_;
  std::string text_;
  std::size_t count_ = 0;
  std::size_t left_out_ = 0;
  std::size_t placeless_ = 0;
  std::size_t brief_ = 0;
  std::size_t frames_ = 0;
};

Json Driver(const Report& report, const Json& rules) {
  Json driver = {{"name", "memprof"}};
  if (const std::string version = OneLine(report.tool_version); !version.empty()) {
    driver["semanticVersion"] = version;
  }
  if (constexpr std::string_view kHome = MEMPROF_HOMEPAGE; !kHome.empty()) {
    driver["informationUri"] = kHome;
  }
  driver["rules"] = rules;
  return {{"driver", std::move(driver)}};
}

std::string Configuration(const RenderOptions& options) {
  const std::string name = Shortened(OneLine(options.configuration), kConfigurationColumns);
  return fmt::format("memprof/{}/", name.empty() ? "default" : name);
}

}  // namespace

std::string RenderSarif(const Report& report, const RenderOptions& options) {
  const Results results(report);
  Notifications notes;
  results.Tell(&notes);
  AddWhatIsUnknown(report, &notes);
  Json invocation = {{"executionSuccessful", report.crash.empty() && !report.interrupted},
                     {"toolExecutionNotifications", std::move(notes).Take()}};
  const Json bases = {
      {"SRCROOT", {{"description", {{"text", "The root of the source tree, as checked out."}}}}}};

  std::string text = fmt::format(
      "{{\n  \"$schema\": \"{}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {{\n", kSchema);
  const auto member = [&](std::string_view key, const Json& value) {
    text += fmt::format("      \"{}\": {},\n", key, JsonText(value));
  };
  member("tool", Driver(report, results.rules()));
  member("automationDetails", {{"id", Configuration(options)}});
  member("invocations", Json::array({std::move(invocation)}));
  member("originalUriBaseIds", bases);
  member("columnKind", "unicodeCodePoints");
  text += fmt::format("      \"results\": [{}{}]\n    }}\n  ]\n}}\n", results.text(),
                      results.text().empty() ? "" : "\n      ");
  return text;
}

}  // namespace memprof
