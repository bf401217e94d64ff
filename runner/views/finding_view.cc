// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/finding_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "runner/report/finding_words.h"
#include "runner/report/gaps_text.h"
#include "runner/report/headline.h"
#include "runner/report/holder_text.h"
#include "runner/report/json_null.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/sparkline.h"
#include "runner/report/text_finding.h"
#include "runner/views/view_json.h"
#include "runner/views/view_page.h"

namespace memprof {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kTestsListed = 4;
constexpr std::size_t kStepColumns = 48;  // a type in a chain
constexpr std::size_t kStepsShown = 5;

std::string KeptText(const Finding& finding) {
  if (!finding.growth) return AmountText(finding);
  const std::vector<std::int64_t>& series = finding.growth->series;
  if (series.empty()) return SlopeText(finding);
  return fmt::format("{} {} {}  {}", AmountWords(finding.kind, series.front()), Sparkline(series),
                     AmountWords(finding.kind, series.back()), SlopeText(finding));
}

/// The command that shows all about the finding: there is none for what belongs to no test.
std::string MoreCommand(const Finding& finding, const ViewRequest& request) {
  return finding.tests.empty() ? "" : ViewCommand("diagnose", finding.tests.front(), request);
}

std::vector<std::string> Chain(const Finding& finding) {
  std::vector<std::string> chain;
  if (finding.held_by) chain.push_back(HolderName(*finding.held_by));
  for (const RetentionStep& step : finding.retention_path) {
    std::string text = step.what.empty() ? "" : step.what + ": ";
    text += Shortened(step.type, kStepColumns);
    chain.push_back(text);
  }
  return chain;
}

}  // namespace

std::string HeldInOneLine(const Finding& finding) {
  std::vector<std::string> chain = Chain(finding);
  if (chain.empty()) {
    return finding.cycle.empty() ? "" : "a cycle: " + CycleText(finding.cycle);
  }
  if (chain.size() > kStepsShown) {
    const auto middle = chain.begin() + 2;
    const std::size_t more = chain.size() - kStepsShown + 1;
    *middle = fmt::format("({} more)", more);
    chain.erase(middle + 1, middle + static_cast<std::ptrdiff_t>(more));
  }
  return fmt::format("{}", fmt::join(chain, " → "));
}

std::string WhoShows(const Finding& finding, std::size_t limit) {
  return finding.tests.empty() ? finding.scope_label : SomeNames(finding.tests, limit);
}

void WriteFindingInShort(const NumberedFinding& numbered, const ViewRequest& request,
                         TextPage* page) {
  const Finding& finding = *numbered.finding;
  page->Heading(fmt::format("{} {}", Heading(finding.severity), numbered.number),
                PaintOf(finding.severity), Headline(finding), FindingTail(finding));
  const auto item = [&](const char* label, const std::string& text) {
    if (!text.empty()) page->Item(label, text);
  };
  item("amount", KeptText(finding));
  const std::string place = Place(finding.location.file, finding.location.line);
  if (!place.empty() || !finding.location.function.empty()) {
    page->Pair("where", finding.location.function, place);
  }
  item("held by", HeldInOneLine(finding));
  item(finding.tests.size() == 1 ? "test"
       : finding.tests.empty()   ? "scope"
                                 : "tests",
       WhoShows(finding, kTestsListed));
  if (finding.fix) {
    const std::string effort = finding.fix->effort.empty() ? "" : ": " + finding.fix->effort;
    item("fix", finding.fix->summary + effort);
  }
  // Never wrapped, so that it can be copied.
  const std::string more = MoreCommand(finding, request);
  if (!more.empty()) page->Verbatim("more", OneLine(more));
}

Json FindingInShortJson(const Finding& finding, const ViewRequest& request) {
  Json holder = nullptr;
  if (finding.held_by) {
    holder = {{"name", HolderName(*finding.held_by)},
              {"type", OrNull(finding.held_by->type)},
              {"file", OrNull(finding.held_by->file)},
              {"line", finding.held_by->line > 0 ? Json(finding.held_by->line) : Json(nullptr)}};
  }
  Json json = Json::object();
  json["fingerprint"] = finding.fingerprint;
  json["severity"] = Name(finding.severity);
  json["kind"] = Name(finding.kind);
  json["pattern"] = Name(finding.pattern);
  json["baseline"] = Name(finding.baseline);
  json["headline"] = Headline(finding);
  json["tests"] = finding.tests;
  json["scope"] = OrNull(finding.scope_label);
  json["location"] = LocationJson(finding.location);
  json["bytes_per_iteration"] = OrNull(finding.impact.bytes_per_iteration);
  json["blocks_per_iteration"] = OrNull(finding.impact.blocks_per_iteration);
  json["total_bytes"] = OrNull(finding.impact.total_bytes);
  json["count"] = OrNull(finding.impact.count);
  json["growth_class"] = finding.growth ? Json(finding.growth->growth_class) : Json(nullptr);
  json["held_by"] = std::move(holder);
  json["held_through"] = Json(Chain(finding));
  json["cycle"] = finding.cycle;
  json["fix"] = finding.fix ? OrNull(finding.fix->summary) : Json(nullptr);
  json["more"] = OrNull(MoreCommand(finding, request));
  return json;
}

}  // namespace memprof
