// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/gaps_text.h"
#include "runner/report/hang_text.h"
#include "runner/report/place_links.h"
#include "runner/report/process_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_page.h"
#include "runner/report/text_summary.h"
#include "runner/report/text_suppressions.h"
#include "runner/report/text_table.h"
#include "runner/report/verdict_text.h"

namespace memprof {
namespace {

constexpr std::size_t kTestsListed = 10;  // that failed or crashed
constexpr std::size_t kBinariesNamed = 3;
constexpr std::string_view kKnownHeading = "KNOWN TO THE BASELINE";

std::vector<std::string> TestsThat(const Report& report, TestStatus status) {
  std::vector<std::string> names;
  for (const TestReport& test : report.tests) {
    if (test.status == status) names.push_back(test.FullName());
  }
  return names;
}

/// Of a merged report: dozens of paths would hide what follows.
std::string Binaries(const Report& report) {
  std::set<std::string> binaries;
  for (const TestReport& test : report.tests) binaries.insert(test.binary);
  binaries.erase("");
  if (binaries.size() <= kBinariesNamed) return report.binary;
  return Counted(static_cast<std::int64_t>(binaries.size()), "binary", "binaries");
}

void WriteHeadline(const Report& report, TextPage* page) {
  const std::string binary = report.binary.empty() ? "" : Binaries(report) + ", ";
  const std::string what = report.process ? ProcessHeadline(*report.process)
                           : report.scan
                               ? fmt::format("scan of {}", Counted(report.scan->files, "file"))
                               : Counted(report.summary.tests, "test");
  page->Line(fmt::format("memprof: {}{}", binary, what), Paint::kBold);
  if (!report.crash.empty()) {
    page->Line(fmt::format("{} ended early: {}. Only what it did before is judged.",
                           report.process ? "The program" : "The test binary", report.crash),
               Paint::kRed);
    std::string_view label = "stack";
    for (const std::string& line : HangLines(report)) {
      page->Item(label, line);
      label = "";
    }
  }
  if (report.interrupted) {
    page->Line(fmt::format("Interrupted{}: this report is partial, and what it does not mention is "
                           "unknown.",
                           InStage(report)),
               Paint::kRed);
  }
  page->Line(VerdictText(report), PaintOfVerdict(report));
  // What was not measured must not look clean, so "no leaks" never stands alone then.
  if (!report.not_measured.empty()) {
    page->Line("Not everything could be measured: see NOT MEASURED below.", Paint::kYellow);
  }
  if (!report.conflicts.empty()) {
    page->Line("The merged reports contradict each other: see CONFLICTS below.", Paint::kYellow);
  }

  const auto list = [&](TestStatus status, std::string_view label, const char* meaning) {
    const std::vector<std::string> names = TestsThat(report, status);
    if (names.empty()) return;
    page->Item(label, fmt::format("{} ({})", SomeNames(names, kTestsListed), meaning));
  };
  list(TestStatus::kCrashed, "crashed", "memory is known up to the crash only");
  list(TestStatus::kTimedOut, "timed out", "memory is known up to the time limit only");
  list(TestStatus::kFailed, "failed", "own assertions failed; memory was measured all the same");
}

/// What a program used that has no tests.
void WriteProcess(const Report& report, TextPage* page) {
  if (!report.process) return;
  const std::vector<ProcessLine> lines = ProcessLines(*report.process);
  if (!lines.empty()) page->Blank();
  for (const ProcessLine& line : lines) page->Item(line.label, line.text);
}

void WriteFindings(const Report& report, const RenderOptions& options, TextPage* page) {
  std::string_view section;
  for (const auto& [finding, number] : FindingOrder(report)) {
    const bool known = finding->baseline == BaselineState::kKnown;
    const std::string_view heading = known ? kKnownHeading : Heading(finding->severity);
    page->Blank();
    if (heading != section) {
      page->Line(heading, known ? Paint::kBold : PaintOf(finding->severity));
      page->Blank();
      section = heading;
    }
    if (known && !options.verbose) {
      WriteFindingBriefly(*finding, number, report.tests, page);
    } else {
      WriteFinding(*finding, number, report.tests, options, page);
    }
  }
}

void WriteConflicts(const Report& report, TextPage* page) {
  if (report.conflicts.empty()) return;
  page->Blank();
  page->Line("CONFLICTS", Paint::kYellow);
  page->Blank();
  for (const std::string& conflict : report.conflicts) page->Item({}, conflict);
}

}  // namespace

std::string RenderText(const Report& report, const RenderOptions& options) {
  TextPage page(options.color, options.text_columns);
  WriteHeadline(report, &page);
  WriteProcess(report, &page);
  WriteFindings(report, options, &page);
  WriteNotMeasured(report.not_measured, &page);
  WriteConflicts(report, &page);
  WriteSuppressions(report.suppressions, &page);
  WriteSummary(report, options, &page);
  std::string text = std::move(page).Finish();
  if (options.verbose && !report.tests.empty())
    text += "\n" + TestTable(report.tests, options.text_columns);
  return options.hyperlinks ? WithPlaceLinks(text, report, options) : text;
}

}  // namespace memprof
