// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/renderers.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_page.h"
#include "runner/report/text_table.h"

namespace memprof {
namespace {

constexpr std::size_t kTestsListed = 10;       // that failed or crashed
constexpr std::size_t kUnmeasuredListed = 3;   // for each tool and reason
constexpr std::size_t kPrioritiesListed = 10;  // the first screen must be enough to act
constexpr std::array kWorstFirst = {Severity::kCritical, Severity::kWarning,
                                    Severity::kOptimization};

std::string Some(const std::vector<std::string>& names, std::size_t limit) {
  const std::size_t shown = std::min(names.size(), limit);
  std::string text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < names.size()) text += fmt::format(", +{} more", names.size() - shown);
  return text;
}

std::string CountsBySeverity(const Summary& summary) {
  std::vector<std::string> parts;
  const auto add = [&](int count, Severity severity) {
    if (count > 0) parts.push_back(fmt::format("{} {}", HumanCount(count), Heading(severity)));
  };
  add(summary.critical, Severity::kCritical);
  add(summary.warning, Severity::kWarning);
  add(summary.optimization, Severity::kOptimization);
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool HeapMeasured(const Report& report) {
  return std::none_of(report.not_measured.begin(), report.not_measured.end(),
                      [](const NotMeasured& gap) { return gap.tool == "heap"; });
}

std::string NoLeaks(const Report& report) {
  const auto unmeasured = static_cast<int>(std::count_if(
      report.tests.begin(), report.tests.end(),
      [](const TestReport& test) { return test.verdict == TestVerdict::kNotMeasured; }));
  const int measured = report.summary.tests - unmeasured;
  const bool whole = report.crash.empty() && !report.interrupted;
  std::string text =
      fmt::format("No leaks detected {}in {}", whole ? "" : "so far ", Counted(measured, "test"));
  if (measured == 0) text = "Nothing is known of the tests";
  if (unmeasured > 0) text += fmt::format("; {} not measured", HumanCount(unmeasured));
  return text + ".";
}

std::string Verdict(const Report& report) {
  const Summary& summary = report.summary;
  const std::string tests = Counted(summary.tests, "test");
  std::string counts = CountsBySeverity(summary);
  std::string verdict;
  if (summary.critical + summary.warning > 0) {
    verdict = fmt::format("{} in {}.", counts, tests);
  } else if (summary.tests == 0) {
    verdict = "No test ran, so nothing is known.";
  } else {
    verdict =
        HeapMeasured(report)
            ? NoLeaks(report)
            : fmt::format("Memory was not measured in {}; nothing else was left behind.", tests);
    if (!counts.empty()) verdict += fmt::format(" {}.", counts);
  }
  return verdict;
}

Paint PaintOfVerdict(const Report& report) {
  if (report.summary.critical > 0) return Paint::kRed;
  if (report.summary.warning > 0 || report.summary.tests == 0) return Paint::kYellow;
  const bool whole = report.not_measured.empty() && report.crash.empty() && !report.interrupted;
  return whole ? Paint::kGreen : Paint::kYellow;
}

std::vector<std::string> TestsThat(const Report& report, TestStatus status) {
  std::vector<std::string> names;
  for (const TestReport& test : report.tests) {
    if (test.status == status) names.push_back(test.FullName());
  }
  return names;
}

void WriteHeadline(const Report& report, TextPage* page) {
  const std::string binary = report.binary.empty() ? "" : report.binary + ", ";
  page->Line(fmt::format("memprof: {}{}", binary, Counted(report.summary.tests, "test")),
             Paint::kBold);
  if (!report.crash.empty()) {
    page->Line(fmt::format("The test binary crashed: {}. Only what it did before is judged.",
                           report.crash),
               Paint::kRed);
  }
  if (report.interrupted) {
    page->Line("Interrupted: this report is partial, and what it does not mention is unknown.",
               Paint::kRed);
  }
  page->Line(Verdict(report), PaintOfVerdict(report));
  // What was not measured must not look clean, so "no leaks" never stands alone then.
  if (!report.not_measured.empty()) {
    page->Line("Not everything could be measured: see NOT MEASURED below.", Paint::kYellow);
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

void WriteFindings(const Report& report, TextPage* page) {
  for (const Severity severity : kWorstFirst) {
    int number = 0;
    for (const Finding& finding : report.findings) {
      if (finding.severity != severity) continue;
      page->Blank();
      if (number == 0) {
        page->Line(Heading(severity), PaintOf(severity));
        page->Blank();
      }
      WriteFinding(finding, ++number, report.tests, page);
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

void WritePriorities(const Report& report, TextPage* page) {
  struct Numbered {
    const Finding* finding;
    int number;  // as its heading has it
  };
  std::unordered_map<std::string_view, Numbered> by_fingerprint;
  std::map<Severity, int> numbers;
  for (const Finding& finding : report.findings) {
    by_fingerprint.emplace(finding.fingerprint, Numbered{&finding, ++numbers[finding.severity]});
  }
  std::size_t listed = 0;
  for (const std::string& fingerprint : report.summary.priorities) {
    const auto found = by_fingerprint.find(fingerprint);
    if (found == by_fingerprint.end()) continue;
    if (++listed > kPrioritiesListed) continue;
    const auto& [pointer, number] = found->second;
    const Finding& finding = *pointer;
    std::string place = Place(finding.location.file, finding.location.line);
    if (place.empty()) place = finding.tests.empty() ? finding.scope_label : finding.tests.front();
    const std::string line =
        fmt::format("{} {}  {}  {}", Heading(finding.severity), number, place, finding.title);
    page->Verbatim(listed == 1 ? "do first" : "", Shortened(OneLine(line), 88));
  }
  if (listed > kPrioritiesListed) {
    page->Item({}, fmt::format("+{} more above", listed - kPrioritiesListed));
  }
}

std::string TestsByVerdict(const Report& report) {
  constexpr std::array kOrder = {TestVerdict::kCritical, TestVerdict::kWarning,
                                 TestVerdict::kOptimization, TestVerdict::kNotMeasured,
                                 TestVerdict::kClean};
  std::vector<std::string> parts;
  for (const TestVerdict verdict : kOrder) {
    const auto count =
        std::count_if(report.tests.begin(), report.tests.end(),
                      [&](const TestReport& test) { return test.verdict == verdict; });
    if (count == 0) continue;
    const char* name = verdict == TestVerdict::kNotMeasured ? "not measured" : Name(verdict);
    parts.push_back(fmt::format("{} {}", HumanCount(count), name));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void WriteSummary(const Report& report, TextPage* page) {
  const Summary& summary = report.summary;
  page->Blank();
  page->Line("SUMMARY", Paint::kBold);
  page->Blank();
  if (!report.tests.empty()) page->Item("tests", TestsByVerdict(report));
  const std::string findings = CountsBySeverity(summary);
  page->Item("findings", findings.empty() ? "none" : findings);
  if (summary.reduction_possible_bytes) {
    page->Item("possible", HumanBytes(*summary.reduction_possible_bytes) +
                               " less per run when everything above is mended");
  }
  WritePriorities(report, page);
  std::string_view label = "patterns";
  for (const PatternCount& pattern : summary.patterns) {
    page->Pair(label, fmt::format("{} ×{}", pattern.pattern, pattern.count),
               fmt::format("{}", fmt::join(pattern.where, ", ")));
    label = {};
  }
  label = "ran";
  for (const std::string& stage : report.stages) {
    page->Item(label, stage);
    label = {};
  }
  if (report.peak_error_bytes) {
    page->Item("peaks", *report.peak_error_bytes == 0
                            ? "exact"
                            : "exact within " + HumanBytes(*report.peak_error_bytes));
  }
}

}  // namespace

std::string RenderText(const Report& report, const RenderOptions& options) {
  TextPage page(options.color);
  WriteHeadline(report, &page);
  WriteFindings(report, &page);
  WriteNotMeasured(report, &page);
  WriteSummary(report, &page);
  std::string text = std::move(page).Finish();
  if (options.verbose && !report.tests.empty()) text += "\n" + TestTable(report.tests);
  return text;
}

}  // namespace memprof
