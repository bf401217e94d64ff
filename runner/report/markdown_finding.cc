// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/markdown_finding.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "runner/report/comparison_figures.h"
#include "runner/report/finding_words.h"
#include "runner/report/headline.h"
#include "runner/report/markdown_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_page.h"

namespace memprof {
namespace {

constexpr std::size_t kTestsShown = 3;
constexpr std::size_t kNameColumns = 120;
constexpr std::size_t kTitleColumns = 200;
constexpr std::size_t kCauseColumns = 1000;

/// "critical 2"; "critical 2, known" where there is a baseline.
std::string Label(const NumberedFinding& numbered) {
  const Finding& finding = *numbered.finding;
  const bool compared = finding.baseline != BaselineState::kNoBaseline;
  return fmt::format("{} {}{}{}", Name(finding.severity), numbered.number, compared ? ", " : "",
                     compared ? Name(finding.baseline) : "");
}

std::string Where(const Finding& finding) {
  if (finding.location.file.empty() && finding.location.function.empty()) return "–";
  const std::string place = MarkdownText(PlaceOf(finding), kNameColumns);
  const std::string function = MarkdownText(finding.location.function, kNameColumns);
  return function.empty() || function == place ? place : fmt::format("{}<br>{}", place, function);
}

std::string Code(const Solution& solution, std::size_t code_bytes) {
  const bool has_diff = !solution.diff.empty();
  const std::string& code = has_diff ? solution.diff : solution.snippet;
  if (code.empty()) return "";
  if (code.size() <= code_bytes) return MarkdownFence(code, has_diff ? "diff" : "cpp") + "\n";
  return fmt::format("_The {} ({}) is left out here for want of room: report.json has it._\n\n",
                     has_diff ? "diff" : "code",
                     HumanBytes(static_cast<std::int64_t>(code.size())));
}

void AddClause(std::string_view what, std::string_view text, std::string* out) {
  if (const std::string plain = MarkdownText(text, kCauseColumns); !plain.empty()) {
    *out += fmt::format("- {}: {}\n", what, plain);
  }
}

/// The rest of what the terminal shows of a finding, as it shows it.
std::string RestOf(const Finding& finding, std::span<const TestReport> tests) {
  Finding rest = finding;
  rest.cause.clear();
  rest.fix.reset();
  rest.rerun.clear();
  TextPage page(/*color=*/false);
  WriteFindingItems(rest, rest.tests.empty() ? "" : rest.tests.front(), tests, &page);
  return std::move(page).Finish();
}

}  // namespace

const char kMarkdownTableHead[] =
    "| | finding | where | tests | costs | a fix saves |\n|---|---|---|---|---|---|\n";

std::string MarkdownRow(const NumberedFinding& numbered) {
  const Finding& finding = *numbered.finding;
  const std::string saves = MarkdownText(SavingsText(finding), kNameColumns);
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", Label(numbered),
                     MarkdownText(Headline(finding), kTitleColumns), Where(finding),
                     MarkdownText(OwnersOf(finding, kTestsShown), 3 * kNameColumns),
                     MarkdownText(FigureOf(finding), kNameColumns), saves.empty() ? "–" : saves);
}

std::string MarkdownFix(const Finding& finding, std::size_t code_bytes) {
  if (!finding.fix) return "";
  const Fix& fix = *finding.fix;
  std::string text;
  if (!fix.summary.empty()) {
    text += fmt::format("**Fix:** {}\n\n", MarkdownText(fix.summary, kCauseColumns));
  }
  text += Code(fix, code_bytes);
  std::string clauses;
  AddClause("no diff", fix.why_no_diff, &clauses);
  AddClause("why", fix.why, &clauses);
  AddClause("saves", SavingsText(finding), &clauses);
  AddClause("trade-off", fix.trade_off, &clauses);
  AddClause("effort", fix.effort, &clauses);
  for (const Solution& other : fix.alternatives) {
    AddClause("or",
              other.trade_off.empty() ? other.summary
                                      : fmt::format("{} ({})", other.summary, other.trade_off),
              &clauses);
  }
  return text + clauses + (clauses.empty() ? "" : "\n");
}

std::string MarkdownDetails(const NumberedFinding& numbered, std::span<const TestReport> tests,
                            std::size_t code_bytes, bool open) {
  const Finding& finding = *numbered.finding;
  std::string text =
      fmt::format("\n<details{}><summary><b>{}</b>: {} [{}]</summary>\n\n", open ? " open" : "",
                  Label(numbered), MarkdownHtml(Headline(finding), kTitleColumns),
                  MarkdownHtml(finding.fingerprint.substr(0, 8), kNameColumns));
  if (!finding.cause.empty()) {
    text += fmt::format("**Cause:** {}\n\n", MarkdownText(finding.cause, kCauseColumns));
  }
  text += MarkdownFix(finding, code_bytes);
  text += MarkdownFence(RestOf(finding, tests), "text") + "\n";
  if (!finding.rerun.empty()) {
    text += "To see it again:\n\n" + MarkdownFence(OneLine(finding.rerun), "sh") + "\n";
  }
  return text + "</details>\n";
}

}  // namespace memprof
