// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/views/view_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <unordered_set>

#include "runner/report/hang_text.h"
#include "runner/report/plain_text.h"
#include "runner/report/process_text.h"
#include "runner/report/quantity.h"
#include "runner/report/shell_word.h"
#include "runner/views/name_match.h"

namespace memprof {
namespace {

constexpr std::size_t kBinaryColumns = 60;  // of several programs there may be dozens of paths

}  // namespace

void WriteViewHead(const Report& report, TextPage* page) {
  const std::string what =
      report.process ? ProcessHeadline(*report.process) : Counted(report.summary.tests, "test");
  const std::string binary =
      report.binary.empty() ? "" : Shortened(OneLine(report.binary), kBinaryColumns) + ", ";
  page->Line(fmt::format("memprof: {}{}", binary, what), Paint::kBold);
  if (report.process && report.process->paused_ns) {
    page->Line(
        fmt::format("The process was paused for {}.", HumanDuration(*report.process->paused_ns)));
  }
  if (!report.crash.empty()) {
    page->Line(fmt::format("{} ended early: {}. Only what it did before is known.",
                           report.process ? "The program" : "The test binary", report.crash),
               Paint::kRed);
  }
  if (report.interrupted) {
    page->Line(fmt::format("The run was interrupted{}: what is not told here is unknown.",
                           InStage(report)),
               Paint::kRed);
  }
}

RenderOptions RenderOptionsOf(const ViewRequest& request) {
  RenderOptions options;
  options.color = request.color;
  options.hyperlinks = request.hyperlinks;
  options.text_columns = request.columns;
  options.source_root = request.source_root;
  options.fixes_directory = request.fixes_directory;
  options.patch_directory = request.patch_directory;
  return options;
}

Result<std::vector<const TestReport*>> TestsOf(const Report& report, const ViewRequest& request) {
  std::vector<const TestReport*> tests;
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const TestReport& test : report.tests) {
    tests.push_back(&test);
    if (std::string name = test.FullName(); seen.insert(name).second) names.push_back(name);
  }
  if (request.test_filter.empty()) return tests;
  const Result<std::vector<std::string>> chosen =
      SelectNames(NameKind::kTest, request.test_filter, names);
  if (!chosen) return chosen.error();
  const std::unordered_set<std::string> wanted(chosen->begin(), chosen->end());
  std::erase_if(tests, [&](const TestReport* test) { return !wanted.contains(test->FullName()); });
  return tests;
}

bool IsOfTests(const Finding& finding, const std::string& test_filter) {
  if (test_filter.empty()) return true;
  return std::any_of(finding.tests.begin(), finding.tests.end(), [&](const std::string& test) {
    return test == test_filter || MatchesTestFilter(test_filter, test);
  });
}

std::vector<NumberedFinding> WorstFirst(const Report& report,
                                        const std::function<bool(const Finding&)>& wants) {
  std::unordered_map<std::string, std::size_t> priority;
  for (const std::string& fingerprint : report.summary.priorities) {
    priority.emplace(fingerprint, priority.size());
  }
  std::vector<NumberedFinding> order = FindingOrder(report);
  std::erase_if(order, [&](const NumberedFinding& each) { return !wants(*each.finding); });
  const auto rank = [&](const NumberedFinding& each) {
    const auto found = priority.find(each.finding->fingerprint);
    return found == priority.end() ? priority.size() : found->second;
  };
  // Within a severity alone: FindingOrder() has put the rest in order.
  std::stable_sort(order.begin(), order.end(),
                   [&](const NumberedFinding& a, const NumberedFinding& b) {
                     const bool known_a = a.finding->baseline == BaselineState::kKnown;
                     const bool known_b = b.finding->baseline == BaselineState::kKnown;
                     if (known_a != known_b) return known_b;
                     if (a.finding->severity != b.finding->severity) {
                       return a.finding->severity > b.finding->severity;
                     }
                     return rank(a) < rank(b);
                   });
  return order;
}

std::vector<NotMeasured> GapsOf(const Report& report, const std::string& test_filter,
                                const std::function<bool(const std::string& tool)>& concerns) {
  std::vector<NotMeasured> gaps;
  for (const NotMeasured& gap : report.not_measured) {
    const bool is_of_tests = gap.test.empty() || test_filter.empty() || gap.test == test_filter ||
                             MatchesTestFilter(test_filter, gap.test);
    if (is_of_tests && concerns(gap.tool)) gaps.push_back(gap);
  }
  return gaps;
}

std::string ViewCommand(const char* view, const std::string& selector, const ViewRequest& request) {
  std::string command = fmt::format("memprof {}", view);
  if (!selector.empty()) command += " " + ShellWord(selector);
  if (request.paths != std::vector<std::string>{"memprof-out"}) {
    for (const std::string& path : request.paths) command += " " + ShellWord(path);
  }
  return command;
}

std::string ReportCommand(const ViewRequest& request) {
  std::string command = "memprof report";
  for (const std::string& path : request.paths) command += " " + ShellWord(path);
  return command;
}

}  // namespace memprof
