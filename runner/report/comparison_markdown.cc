// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <vector>

#include "runner/report/comparison_figures.h"
#include "runner/report/comparison_text.h"
#include "runner/report/headline.h"
#include "runner/report/markdown_finding.h"
#include "runner/report/markdown_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"

namespace memprof {
namespace {

/// In bytes, which are never fewer than characters. GitHub takes 65,536 characters in a comment,
/// and whoever posts it may add some.
constexpr std::size_t kLimit = 60000;
constexpr std::size_t kReserve = 600;  // for the lines at the end that say what was left out

constexpr std::size_t kTestsShown = 3;
constexpr std::size_t kNameColumns = 120;
constexpr std::size_t kTitleColumns = 200;
constexpr std::size_t kCauseColumns = 1000;
constexpr std::size_t kDiffBytes = 6000;

std::string Side(const std::optional<Finding>& finding) {
  if (!finding) return "–";
  std::string text = MarkdownText(FigureOf(*finding), kNameColumns);
  const std::string series = SeriesOf(*finding);
  return series.empty() ? text : fmt::format("{}<br>{}", text, MarkdownText(series, kNameColumns));
}

std::string After(const ComparedFinding& compared) {
  if (compared.change == Change::kFixed) return "not seen any more";
  if (compared.change == Change::kNotMeasured) {
    return "unknown: " + MarkdownText(compared.why_not_measured, kTitleColumns);
  }
  return Side(compared.after);
}

std::string Row(const ComparedFinding& compared) {
  const Finding& shown = ShownOf(compared);
  std::string change = fmt::format("**{}**", Name(compared.change));
  if (const std::string difference = DifferenceOf(compared); !difference.empty()) {
    change += "<br>" + MarkdownText(difference, kNameColumns);
  }
  return fmt::format("| {} | {} | {}<br>{} | {} | {} | {} |\n", change, Name(shown.severity),
                     MarkdownText(shown.location.function, kNameColumns),
                     MarkdownText(PlaceOf(shown), kNameColumns), Side(compared.before),
                     After(compared), MarkdownText(OwnersOf(shown, kTestsShown), 3 * kNameColumns));
}

/// What there is to read about a finding that has come, folded up.
std::string Details(const ComparedFinding& compared) {
  const Finding& shown = ShownOf(compared);
  std::string text =
      fmt::format("\n<details><summary>{} {}: {}</summary>\n\n", Name(compared.change),
                  Name(shown.severity), MarkdownHtml(Headline(shown), kTitleColumns));
  if (!shown.cause.empty()) text += MarkdownText(shown.cause, kCauseColumns) + "\n\n";
  text += MarkdownFix(shown, kDiffBytes);
  if (!shown.rerun.empty()) text += MarkdownFence(shown.rerun, "sh") + "\n";
  return text + "</details>\n";
}

bool IsWorseThanBefore(const ComparedFinding& compared) {
  return compared.change == Change::kNew || compared.change == Change::kWorse;
}

/// Takes pieces while they fit, and counts those that do not.
class Budget {
 public:
  explicit Budget(std::string* text) : text_(text) {}

  bool Take(const std::string& piece) {
    const bool fits = text_->size() + piece.size() + kReserve <= kLimit;
    if (fits) *text_ += piece;
    return fits;
  }

 private:
  std::string* text_;
};

}  // namespace

std::string RenderComparisonMarkdown(const Comparison& comparison, const Report& now) {
  std::string text = fmt::format("### memprof: {}\n\n{}\n", CountsOf(comparison),
                                 MarkdownText(VerdictOf(comparison, now), kTitleColumns));
  Budget budget(&text);
  Comparison left_out;
  bool table = false;
  std::vector<const ComparedFinding*> shown;
  for (const ComparedFinding& compared : comparison.findings) {
    const std::string heading = table ? ""
                                      : "\n| change | severity | where | before | after | tests "
                                        "|\n|---|---|---|---|---|---|\n";
    // Rows are in order of weight, so the first that has no room ends the table.
    if (!left_out.findings.empty() || !budget.Take(heading + Row(compared))) {
      left_out.findings.push_back(compared);
      continue;
    }
    table = true;
    shown.push_back(&compared);
  }
  int without_details = 0;
  for (const ComparedFinding* compared : shown) {
    if (!IsWorseThanBefore(*compared)) continue;
    if (without_details > 0 || !budget.Take(Details(*compared))) ++without_details;
  }
  if (!left_out.findings.empty()) {
    text += fmt::format("\nLeft out here, for want of room: {}. `memprof diff -v` prints all.\n",
                        CountsOf(left_out));
  }
  if (without_details > 0) {
    text += fmt::format("\nWithout cause and fix here, for want of room: {}.\n",
                        Counted(without_details, "finding"));
  }
  if (!now.not_measured.empty()) {
    text += "\nNot everything was measured: the report says what and why.\n";
  }
  return text;
}

}  // namespace memprof
