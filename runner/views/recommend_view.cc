// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/report/finding_words.h"
#include "runner/report/headline.h"
#include "runner/report/json_null.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"
#include "runner/report/text_finding.h"
#include "runner/views/finding_view.h"
#include "runner/views/recommendations.h"
#include "runner/views/view_json.h"
#include "runner/views/view_page.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

constexpr std::size_t kTestsListed = 3;

struct Words {
  SavingKind kind;
  const char* name;     ///< in JSON
  const char* heading;  ///< of its section
  const char* sum;      ///< what the sum of its section is, after the bytes; null: there is none
};

constexpr std::array kWords = {
    Words{SavingKind::kKept, "kept", "KEPT BY EACH RUN", "less kept by each run"},
    Words{SavingKind::kPeak, "peak", "PEAK (peaks of different tests do not add up)", nullptr},
    Words{SavingKind::kAllocated, "allocated", "ALLOCATED FOR NOTHING",
          "less allocated by each run"},
    Words{SavingKind::kCount, "count", "DESCRIPTORS, THREADS AND OBJECTS", nullptr},
    Words{SavingKind::kOther, "other", "KEPT ONCE, AND RISKS (what they save is not measured)",
          nullptr},
};

const Words& WordsOf(SavingKind kind) {
  return *std::find_if(kWords.begin(), kWords.end(),
                       [&](const Words& words) { return words.kind == kind; });
}

std::string SavesText(const Recommendation& item, const std::vector<Recommendation>& all) {
  const Finding& finding = *item.numbered.finding;
  std::string text = SavingsText(finding);
  if (text.empty() && item.saves) text = HumanBytes(*item.saves) + " a run";
  if (text.empty()) text = ShortAmount(finding);
  if (item.counted_with != nullptr) {
    const auto other = std::find_if(all.begin(), all.end(), [&](const Recommendation& each) {
      return each.numbered.finding == item.counted_with;
    });
    if (other == all.end()) return text;
    return fmt::format("{}; of the same blocks as {}, so the sum stays {}", text, other->rank,
                       HumanBytes(item.cumulative.value_or(0)));
  }
  if (item.cumulative && item.saves && *item.cumulative != *item.saves) {
    text += fmt::format("; {} with all before it", HumanBytes(*item.cumulative));
  }
  return text;
}

void WriteOne(const Recommendation& item, const std::vector<Recommendation>& all,
              const ViewRequest& request, TextPage* page) {
  const Finding& finding = *item.numbered.finding;
  const Fix& fix = *finding.fix;
  const auto say = [&](const char* label, const std::string& text) {
    if (!text.empty()) page->Item(label, text);
  };
  page->Heading(fmt::format("{:>2}", item.rank), PaintOf(finding.severity), fix.summary,
                FindingTail(finding));
  say("saves", SavesText(item, all));
  say("mends",
      fmt::format("{} {}: {}", Heading(finding.severity), item.numbered.number, Headline(finding)));
  const std::string place = Place(finding.location.file, finding.location.line);
  if (!place.empty() || !finding.location.function.empty()) {
    page->Pair("where", finding.location.function, place);
  }
  say(finding.tests.size() == 1 ? "test" : "tests", WhoShows(finding, kTestsListed));
  say("effort", fix.effort);
  say("trade-off", fix.trade_off);
  // Never wrapped, so that it can be copied.
  if (const std::string apply = ApplyCommand(finding, request); !apply.empty()) {
    page->Verbatim("apply", OneLine(apply));
  } else if (!fix.diff.empty() || !fix.snippet.empty()) {
    say("by hand", fix.why_no_diff);
    const bool has_test = !finding.tests.empty();
    page->Verbatim("code", OneLine(has_test ? ViewCommand("diagnose", finding.tests[0], request)
                                            : ReportCommand(request)));
  }
}

std::string InModule(const ViewRequest& request) {
  return request.selector.empty() ? "" : fmt::format(" in {}", OneLine(request.selector));
}

void WriteAnswer(const Recommendations& found, const ViewRequest& request, bool nothing_ran,
                 TextPage* page) {
  const auto count = static_cast<std::int64_t>(found.items.size());
  const auto without = static_cast<std::int64_t>(found.without_fix);
  if (count == 0) {
    const std::string known = without > 0
                                  ? fmt::format("; {} there, and memprof knows no fix for {}",
                                                Counted(without, "finding is", "findings are"),
                                                without == 1 ? "it" : "them")
                                  : "; nothing was found there";
    if (nothing_ran && without == 0) {
      page->Line("No test ran, so nothing is known.", Paint::kYellow);
      return;
    }
    page->Line(fmt::format("Nothing to recommend{}{}.", InModule(request), known));
    return;
  }
  std::vector<std::string> sums;
  for (const Words& words : kWords) {
    const auto sum = SumOf(found, words.kind);
    if (words.sum != nullptr && sum)
      sums.push_back(fmt::format("{} {}", HumanBytes(*sum), words.sum));
  }
  std::string text = Counted(count, "change") + InModule(request);
  if (!sums.empty()) text += fmt::format(": {}", fmt::join(sums, ", "));
  page->Line(text + ".", Paint::kBold);
  if (without > 0) {
    page->Line(fmt::format("{} no fix that memprof knows: {}",
                           Counted(without, "more finding has", "more findings have"),
                           ReportCommand(request)));
  }
}

std::string Text(const Report& report, const ViewRequest& request, const Recommendations& found) {
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  WriteAnswer(found, request, report.tests.empty() && !report.process, &page);
  for (const Words& words : kWords) {
    bool has_heading = false;
    for (const Recommendation& item : found.items) {
      if (item.kind != words.kind) continue;
      page.Blank();
      if (!std::exchange(has_heading, true)) {
        const auto sum = words.sum != nullptr ? SumOf(found, words.kind) : std::nullopt;
        page.Line(words.heading + (sum ? fmt::format(": {} less", HumanBytes(*sum)) : ""),
                  Paint::kBold);
        page.Blank();
      }
      WriteOne(item, found.items, request, &page);
    }
  }
  if (found.patches > 0) {
    page.Blank();
    const char* where = request.patch_directory.empty() ? " (in the source root)" : "";
    page.Line(
        fmt::format("After a change{}, build, run again with --out NEW, and compare:", where));
    page.Row(fmt::format("memprof diff {} NEW",
                         request.paths.empty() ? "OLD" : ShellWord(request.paths.front())));
  }
  return std::move(page).Finish();
}

nlohmann::ordered_json ItemJson(const Recommendation& item, const ViewRequest& request) {
  const Finding& finding = *item.numbered.finding;
  const Fix& fix = *finding.fix;
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  json["rank"] = item.rank;
  json["saves"] = WordsOf(item.kind).name;
  json["bytes"] = OrNull(item.saves);
  json["cumulative_bytes"] = OrNull(item.cumulative);
  json["counted_with"] = item.counted_with == nullptr
                             ? nlohmann::ordered_json(nullptr)
                             : nlohmann::ordered_json(item.counted_with->fingerprint);
  json["peak_bytes"] = OrNull(fix.expected_peak_reduction_bytes);
  json["allocations"] = OrNull(fix.expected_reduction_calls);
  json["summary"] = fix.summary;
  json["effort"] = OrNull(fix.effort);
  json["trade_off"] = OrNull(fix.trade_off);
  json["apply"] = OrNull(ApplyCommand(finding, request));
  json["finding"] = FindingInShortJson(finding, request);
  return json;
}

std::string Json(const Report& report, const ViewRequest& request, const Recommendations& found) {
  JsonWriter writer;
  WriteViewHeadJson(report, View::kRecommend, &writer);
  writer.Member("module", OrNull(request.selector));
  writer.Member("kept_bytes", OrNull(SumOf(found, SavingKind::kKept)));
  writer.Member("allocated_bytes", OrNull(SumOf(found, SavingKind::kAllocated)));
  writer.Member("without_fix", found.without_fix);
  writer.OpenArray("recommendations");
  for (const Recommendation& item : found.items) writer.TallElement(ItemJson(item, request));
  writer.CloseArray();
  WriteGapsJson(GapsOf(report, request.test_filter, [](const std::string&) { return true; }),
                &writer);
  return std::move(writer).Finish();
}

}  // namespace

Result<std::string> RenderRecommendView(const Report& report, const ViewRequest& request) {
  const Result<Recommendations> found = RecommendationsOf(report, request);
  if (!found) return found.error();
  return request.WantsJson() ? Json(report, request, *found) : Text(report, request, *found);
}

}  // namespace memprof
