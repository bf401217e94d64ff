// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/sarif_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "runner/report/comparison_figures.h"
#include "runner/report/finding_words.h"
#include "runner/report/headline.h"
#include "runner/report/holder_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/rule_id.h"
#include "runner/report/sarif_fix.h"
#include "runner/report/sarif_rules.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kTestsShown = 5;  // each is a link to a related location
constexpr std::size_t kPartColumns = 400;
constexpr std::size_t kNameColumns = 200;

Json PhysicalLocation(std::string_view file, int line) {
  Json json = {{"artifactLocation", SarifArtifact(file)}};
  if (line > 0) json["region"] = {{"startLine", line}};
  return json;
}

/// Places beside the finding's own, which its message links to by number.
class RelatedPlaces {
 public:
  /// Without `links` it only makes text.
  explicit RelatedPlaces(bool links) : links_(links) {}

  /// What a message says for `text`: a link where there is a place.
  std::string Add(const std::optional<SourcePlace>& place, std::string_view text,
                  std::string_view what) {
    const std::string plain = SarifText(Shortened(OneLine(text), kNameColumns), "?");
    if (!place || !links_) return plain;
    list_.push_back({{"id", list_.size() + 1},
                     {"physicalLocation", PhysicalLocation(place->file, place->line)},
                     {"message", {{"text", fmt::format("{} {}", what, plain)}}}});
    // A bracket within would end the link.
    if (plain.find_first_of("[]\\") != std::string::npos) return plain;
    return fmt::format("[{}]({})", plain, list_.size());
  }

  Json Take() && { return std::move(list_); }

 private:
  bool links_;
  Json list_ = Json::array();
};

std::optional<SourcePlace> PlaceIn(const std::string& file, int line) {
  if (!IsBelowRoot(file) || line <= 0) return std::nullopt;
  return SourcePlace{file, line};
}

std::string Sentence(std::string_view what, std::string_view text) {
  std::string plain = SarifText(Shortened(OneLine(text), kPartColumns));
  if (plain.empty()) return "";
  if (!plain.ends_with('.')) plain += '.';
  return fmt::format("{}{}\n", what, plain);
}

std::string MessageOf(const Finding& finding, const SourcePlace& place, const FindingPlaces& places,
                      RelatedPlaces* related) {
  std::string text = Sentence("", Headline(finding));
  if (text.empty()) text = Sentence("", Name(finding.kind));
  std::vector<std::string> tests;
  for (const std::string& test : finding.tests) {
    if (tests.size() == kTestsShown) break;
    tests.push_back(related->Add(places.OfTest(test), test, "test"));
  }
  if (!tests.empty()) {
    text += fmt::format("In {}", fmt::join(tests, ", "));
    const std::size_t more = finding.tests.size() - tests.size();
    text += more > 0 ? fmt::format(", +{} more.\n", more) : ".\n";
  } else {
    text += Sentence("In ", finding.scope_label);
  }
  text += Sentence("Costs: ", FigureOf(finding));
  if (finding.held_by) {
    const HeldBy& holder = *finding.held_by;
    text += fmt::format("Held by {}.\n", related->Add(PlaceIn(holder.file, holder.line),
                                                      HolderName(holder), "held by"));
  }
  if (finding.weaken) {
    const Weaken& weaken = *finding.weaken;
    text += fmt::format(
        "Of the cycle, {} should not own.\n",
        related->Add(PlaceIn(weaken.file, weaken.line), weaken.member, "should not own:"));
  }
  text += Sentence("Cause: ", finding.cause);
  if (finding.fix) text += Sentence("Fix: ", finding.fix->summary);
  text += Sentence("Saves: ", SavingsText(finding));
  // Not a sentence: a full stop would be copied with it.
  if (const std::string rerun = SarifText(finding.rerun); !rerun.empty()) {
    text += fmt::format("Rerun: {}\n", rerun);
  }
  if (place.of != SourcePlace::Of::kSite) {
    if (!finding.location.file.empty()) text += Sentence("It is at ", PlaceOf(finding));
    text += Sentence("It is ", WhyThere(place.of));
  }
  text.pop_back();
  return text;
}

/// The calls below the source root, outermost first: readers step through it and open each.
Json ThreadFlow(const Finding& finding, std::size_t* left_out) {
  Json steps = Json::array();
  for (const Frame& frame : finding.stack) {
    const auto place = PlaceIn(frame.file, frame.line);
    if (!place) continue;
    if (steps.size() == kSarifFrames) {
      ++*left_out;  // the outermost; what is near the finding tells most
      continue;
    }
    const std::string function = Shortened(OneLine(frame.function), kNameColumns);
    steps.push_back({{"location",
                      {{"physicalLocation", PhysicalLocation(place->file, place->line)},
                       {"message", {{"text", SarifText(function, "a call")}}}}}});
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

Json FixesOf(const Finding& finding) {
  Json fixes = Json::array();
  if (!finding.fix) return fixes;
  if (auto fix = SarifFix(*finding.fix)) fixes.push_back(std::move(*fix));
  for (const Solution& other : finding.fix->alternatives) {
    if (auto fix = SarifFix(other)) fixes.push_back(std::move(*fix));
  }
  return fixes;
}

/// SARIF's word; null without a baseline.
Json BaselineStateOf(const Finding& finding) {
  switch (finding.baseline) {
    case BaselineState::kNoBaseline:
      return nullptr;
    case BaselineState::kNew:
      return "new";
    case BaselineState::kWorse:
      return "updated";
    case BaselineState::kKnown:
      return "unchanged";
  }
  return nullptr;
}

}  // namespace

Json SarifArtifact(std::string_view file) {
  std::string uri;
  for (const char c : file) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 ||
                                       std::string_view("-._~/").find(c) != std::string_view::npos);
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return {{"uri", std::move(uri)}, {"uriBaseId", "SRCROOT"}};
}

std::string SarifText(std::string_view text, std::string_view instead) {
  const std::string plain = OneLine(text);
  if (plain.empty()) return std::string(instead);
  std::string out;
  const bool link = plain.find("](") != std::string::npos;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    // "operator[](int)" would be a link, and "{0}" an argument.
    if (link && (c == '[' || c == ']' || c == '\\')) out += '\\';
    out += c;
    if (c == '{' && i + 1 < plain.size() &&
        std::isdigit(static_cast<unsigned char>(plain[i + 1]))) {
      out += ' ';
    }
  }
  return out;
}

SarifResult SarifResultOf(const Finding& finding, const SourcePlace& place,
                          const FindingPlaces& places, bool brief) {
  SarifResult result;
  Json& json = result.json;
  RelatedPlaces related(/*links=*/!brief);
  json["ruleId"] = RuleId(finding);
  json["level"] = SarifLevel(finding.severity);
  json["message"] = {{"text", MessageOf(finding, place, places, &related)}};
  json["locations"] = {{{"physicalLocation", PhysicalLocation(place.file, place.line)}}};
  const std::string function = Shortened(OneLine(finding.location.function), kNameColumns);
  if (!function.empty()) {
    json["locations"][0]["logicalLocations"] = {
        {{"fullyQualifiedName", function}, {"kind", "function"}}};
  }
  json["partialFingerprints"] = {{"memprofFinding/v1", OneLine(finding.fingerprint)}};
  if (const Json state = BaselineStateOf(finding); !state.is_null()) json["baselineState"] = state;
  if (Json places_beside = std::move(related).Take(); !places_beside.empty()) {
    json["relatedLocations"] = std::move(places_beside);
  }
  if (brief) return result;
  if (Json steps = ThreadFlow(finding, &result.frames_left_out); !steps.empty()) {
    Json thread_flow = {{"locations", std::move(steps)}};
    json["codeFlows"] = Json::array({{{"threadFlows", Json::array({std::move(thread_flow)})}}});
  }
  if (Json fixes = FixesOf(finding); !fixes.empty()) json["fixes"] = std::move(fixes);
  return result;
}

}  // namespace memprof
