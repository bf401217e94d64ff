// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/html/html_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/finding_words.h"
#include "runner/report/fix_files.h"
#include "runner/report/headline.h"
#include "runner/report/holder_text.h"
#include "runner/report/html/html_frame.h"
#include "runner/report/json_finding.h"
#include "runner/report/json_null.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_fix.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFramesShown = 60;
constexpr std::size_t kPointsShown = 1024;
constexpr std::size_t kTestsShown = 200;
constexpr std::size_t kStepsShown = 60;

std::string ModulePlace(const Frame& frame) {
  const std::string_view module = frame.module;
  if (frame.module_offset == 0) return frame.module;
  return fmt::format("{}+{:#x}", module.substr(module.rfind('/') + 1), frame.module_offset);
}

/// Adds `name` with the items of a list that a page can show, and how many those were not.
template <class Items, class ToJson>
void AddSome(const char* name, const Items& items, std::size_t limit, ToJson to_json, Json* json) {
  Json shown = Json::array();
  for (std::size_t i = 0; i < std::min(items.size(), limit); ++i) {
    shown.push_back(to_json(items[i]));
  }
  (*json)[name] = std::move(shown);
  if (items.size() > limit) (*json)[fmt::format("{}_left_out", name)] = items.size() - limit;
}

Json GrowthData(const Finding& finding) {
  if (!finding.growth) return nullptr;
  const std::vector<std::int64_t>& series = finding.growth->series;
  Json json = {{"class", finding.growth->growth_class}, {"slope", SlopeText(finding)}};
  const bool is_bytes = finding.kind != FindingKind::kFdLeak &&
                        finding.kind != FindingKind::kThreadLeak &&
                        finding.kind != FindingKind::kGaugeGrowth;
  json["unit"] = is_bytes ? "bytes" : "count";
  if (series.empty()) return json;
  json["first"] = AmountWords(finding.kind, series.front());
  json["last"] = AmountWords(finding.kind, series.back());
  json["total"] = series.size();
  if (series.size() <= kPointsShown) {
    json["series"] = series;
    return json;
  }
  // Every so many runs, and the first and the last in any case.
  json["series"] = Json::array();
  json["runs"] = Json::array();
  for (std::size_t i = 0; i < kPointsShown; ++i) {
    const std::size_t at = i * (series.size() - 1) / (kPointsShown - 1);
    json["series"].push_back(series[at]);
    json["runs"].push_back(at + 1);
  }
  return json;
}

Json HolderData(const Finding& finding) {
  if (!finding.held_by) return nullptr;
  const HeldBy& holder = *finding.held_by;
  return {{"text", HolderText(holder)},
          {"name", HolderName(holder)},
          {"kind", Name(holder.kind)},
          {"type", OrNull(holder.type)},
          {"file", holder.file},
          {"line", holder.line},
          {"retained", OrNull(RetainedText(holder))}};
}

Json StepData(const RetentionStep& step) {
  Json json = {{"member", OrNull(step.what)},
               {"type", step.type},
               {"bytes", HumanBytes(step.bytes)},
               {"count", OrNull(StepCount(step))},
               {"text", StepText(step)}};
  if (step.count <= 0 || step.bytes <= 0) json["bytes"] = nullptr;
  if (!step.made_at.empty()) json["made_at"] = step.made_at;
  return json;
}

Json CycleData(const Finding& finding) {
  if (finding.cycle.empty()) return nullptr;
  Json json = {{"text", CycleText(finding.cycle)}, {"count", finding.cycle_count}};
  const auto step = [](const std::string& entry) {
    const std::string type = TypeInCycle(entry);
    return Json::array({type, entry.size() > type.size() ? entry.substr(type.size() + 1) : ""});
  };
  AddSome("steps", finding.cycle, kStepsShown, step, &json);
  return json;
}

Json WeakenData(const Finding& finding, Json json) {
  if (finding.weaken) json["to"] = WeakenedType(*finding.weaken);
  return json;
}

Json FixData(const Finding& finding, const RenderOptions& options, Json json) {
  if (!finding.fix) return nullptr;
  json["saves"] = OrNull(SavingsText(finding));
  if (!finding.fix->diff.empty() && !options.fixes_directory.empty() &&
      IsFixFileName(FixFileName(finding))) {
    json["command"] =
        PatchCommand(options, fmt::format("{}/{}", options.fixes_directory, FixFileName(finding)));
  }
  return json;
}

}  // namespace

HtmlShared::HtmlShared(const Report& report) {
  for (std::size_t i = 0; i < report.tests.size(); ++i) {
    tests_.emplace(report.tests[i].FullName(), i);
  }
}

Json HtmlShared::Test(const std::string& full_name) const {
  const auto found = tests_.find(full_name);
  return found == tests_.end() ? Json(full_name) : Json(found->second);
}

std::size_t HtmlShared::FrameIndex(const Frame& frame) {
  const std::string module = ModulePlace(frame);
  const auto [at, is_new] =
      indices_.emplace(std::tuple(frame.function, frame.file, frame.line, module), frames_.size());
  if (is_new) {
    frames_.push_back(Json::array(
        {frame.function, frame.file, frame.line, module, static_cast<int>(KindForHtml(frame))}));
  }
  return at->second;
}

Json HtmlFinding(const NumberedFinding& numbered, const RenderOptions& options,
                 HtmlShared* shared) {
  const Finding& finding = *numbered.finding;
  Json whole = FindingJson(finding);
  Json json = Json::object();
  for (const char* name : {"fingerprint", "severity", "kind", "scope", "location", "cause",
                           "evidence", "decided_by", "sub_cause", "baseline", "rerun"}) {
    json[name] = std::move(whole[name]);
  }
  json["number"] = numbered.number;
  json["headline"] = Headline(finding);
  json["pattern"] = PatternWords(finding.pattern);
  json["confidence"] = Name(finding.pattern_confidence);
  json["figure"] = ShortAmount(finding);
  json["amount"] = OrNull(AmountText(finding));
  json["waste"] = finding.waste ? Json(WasteText(*finding.waste)) : Json(nullptr);
  const auto test = [&](const std::string& name) { return shared->Test(name); };
  AddSome("tests", finding.tests, kTestsShown, test, &json);
  const auto frame = [&](const Frame& each) { return shared->FrameIndex(each); };
  AddSome("stack", finding.stack, kFramesShown, frame, &json);
  json["growth"] = GrowthData(finding);
  json["holder"] = HolderData(finding);
  AddSome("path", finding.retention_path, kStepsShown, StepData, &json);
  json["cycle"] = CycleData(finding);
  json["weaken"] = WeakenData(finding, std::move(whole["weaken"]));
  json["fix"] = FixData(finding, options, std::move(whole["fix"]));
  return json;
}

}  // namespace memprof
