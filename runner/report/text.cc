// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/hang_text.h"
#include "runner/report/place_links.h"
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
constexpr std::size_t kUnmeasuredListed = 3;  // for each tool and reason
constexpr std::string_view kKnownHeading = "KNOWN TO THE BASELINE";
std::string Some(const std::vector<std::string>& names, std::size_t limit) {
  const std::size_t shown = std::min(names.size(), limit);
  std::string text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) text += fmt::format(", +{} more", names.size() - shown);
  return text;
}

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
  page->Line(fmt::format("memprof: {}{}", binary, Counted(report.summary.tests, "test")),
             Paint::kBold);
  if (!report.crash.empty()) {
    page->Line(fmt::format("The test binary ended early: {}. Only what it did before is judged.",
                           report.crash),
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
    page->Item(label, fmt::format("{} ({})", Some(names, kTestsListed), meaning));
  };
  list(TestStatus::kCrashed, "crashed", "memory is known up to the crash only");
  list(TestStatus::kTimedOut, "timed out", "memory is known up to the time limit only");
  list(TestStatus::kFailed, "failed", "own assertions failed; memory was measured all the same");
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

void WriteNotMeasured(const Report& report, TextPage* page) {
  if (report.not_measured.empty()) return;
  struct Group {
    std::vector<std::string> tests;
    bool whole_run = false;
  };
  std::map<std::pair<std::string, std::string>, Group> groups;
  for (const NotMeasured& missing : report.not_measured) {
    Group& group = groups[{missing.tool, missing.why}];
    if (missing.test.empty()) {
      group.whole_run = true;
    } else {
      group.tests.push_back(missing.test);
    }
  }
  page->Blank();
  page->Line("NOT MEASURED", Paint::kYellow);
  page->Blank();
  for (const auto& [key, group] : groups) {
    const auto& [tool, why] = key;
    const std::string extent = group.whole_run
                                   ? "the whole run"
                                   : Counted(static_cast<std::int64_t>(group.tests.size()), "test");
    page->Item(tool, fmt::format("{}: {}", extent, why));
    if (!group.tests.empty()) page->Item({}, Some(group.tests, kUnmeasuredListed));
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
  WriteFindings(report, options, &page);
  WriteNotMeasured(report, &page);
  WriteConflicts(report, &page);
  WriteSuppressions(report.suppressions, &page);
  WriteSummary(report, options, &page);
  std::string text = std::move(page).Finish();
  if (options.verbose && !report.tests.empty())
    text += "\n" + TestTable(report.tests, options.text_columns);
  return options.hyperlinks ? WithPlaceLinks(text, report, options) : text;
}

}  // namespace memprof
