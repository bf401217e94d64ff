// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/diagnose/savings.h"
#include "runner/report/gaps_text.h"
#include "runner/report/json_null.h"
#include "runner/report/quantity.h"
#include "runner/views/finding_view.h"
#include "runner/views/view_json.h"
#include "runner/views/view_page.h"
#include "runner/views/views.h"

namespace memprof {
namespace {

constexpr std::size_t kUnknownListed = 8;

/// What the view says, before it is text or JSON.
struct Leaks {
  std::vector<NumberedFinding> findings;
  std::size_t tests = 0;              ///< that were asked for
  std::set<std::string> unknown;      ///< of them, those of which it is not known whether they leak
  std::size_t leaking_tests = 0;      ///< of them
  std::optional<std::int64_t> a_run;  ///< bytes that a run of all keeps more, nothing twice
  std::vector<std::string> elsewhere;  ///< what other views have: "1 finding of descriptors …"
  std::vector<NotMeasured> gaps;
};

bool IsLeak(const Finding& finding) {
  return finding.kind == FindingKind::kMemoryLeak || finding.kind == FindingKind::kMemoryGrowth;
}

/// Tools without which a leak may stay unseen, or be called smaller than it is.
bool ConcernsLeaks(const std::string& tool) {
  static const std::set<std::string> kOthers = {"massif", "dhat",  "waste", "valgrind-fds",
                                                "peak",   "gauge", "pairs", "descriptors"};
  return !kOthers.contains(tool);
}

/// Where whether something leaks is told by this tool alone.
bool DecidesLeaks(const std::string& tool) {
  return tool == "heap" || tool == "screen" || tool == "triage";
}

void CountTests(const Report& report, const ViewRequest& request,
                const std::vector<const TestReport*>& tests, Leaks* leaks) {
  std::set<std::string> names;
  for (const TestReport* test : tests) {
    names.insert(test->FullName());
    if (test->verdict == TestVerdict::kNotMeasured || test->status == TestStatus::kSkipped ||
        test->iterations.empty()) {
      leaks->unknown.insert(test->FullName());
    }
  }
  for (const NotMeasured& gap : leaks->gaps) {
    if (!DecidesLeaks(gap.tool)) continue;
    if (!gap.test.empty()) leaks->unknown.insert(gap.test);
    if (gap.test.empty() && gap.tool == "heap") leaks->unknown = names;
  }
  std::set<std::string> leaking;
  for (const NumberedFinding& each : leaks->findings) {
    for (const std::string& test : each.finding->tests) {
      if (names.contains(test)) leaking.insert(test);
    }
  }
  for (const std::string& test : leaking) leaks->unknown.erase(test);
  leaks->tests = tests.size();
  leaks->leaking_tests = leaking.size();
  std::vector<Finding> counted;
  for (const NumberedFinding& each : leaks->findings) counted.push_back(*each.finding);
  leaks->a_run = SumOnce(SavingsOf(counted, [](const Finding& finding) {
    return finding.severity == Severity::kCritical ? finding.impact.bytes_per_iteration
                                                   : std::nullopt;
  }));
  const auto count = [&](const auto& wants) {
    return std::count_if(report.findings.begin(), report.findings.end(),
                         [&](const Finding& finding) {
                           return IsOfTests(finding, request.test_filter) && wants(finding.kind);
                         });
  };
  const auto handles = count([](FindingKind kind) {
    return kind == FindingKind::kFdLeak || kind == FindingKind::kThreadLeak ||
           kind == FindingKind::kMappingLeak || kind == FindingKind::kGaugeGrowth;
  });
  if (handles > 0) {
    leaks->elsewhere.push_back(fmt::format("{} of descriptors, threads, mappings and gauges: {}",
                                           Counted(handles, "finding"),
                                           ViewCommand("handles", "", request)));
  }
  const auto once = count([](FindingKind kind) { return kind == FindingKind::kOneTimeRetention; });
  if (once > 0) {
    leaks->elsewhere.push_back(fmt::format("{} of memory that is kept once and does not grow: {}",
                                           Counted(once, "finding"), ReportCommand(request)));
  }
}

Result<Leaks> Collect(const Report& report, const ViewRequest& request) {
  const Result<std::vector<const TestReport*>> tests = TestsOf(report, request);
  if (!tests) return tests.error();
  Leaks leaks;
  leaks.findings = WorstFirst(report, [&](const Finding& finding) {
    return IsLeak(finding) && IsOfTests(finding, request.test_filter);
  });
  leaks.gaps = GapsOf(report, request.test_filter, ConcernsLeaks);
  CountTests(report, request, *tests, &leaks);
  return leaks;
}

/// The answer in a sentence or two.
std::string Answer(const Report& report, const Leaks& leaks) {
  const auto counted = static_cast<std::int64_t>(leaks.tests);
  const auto unknown = static_cast<std::int64_t>(leaks.unknown.size());
  const std::string of_unknown =
      unknown == 0 ? "" : fmt::format(" Of {} it is not known.", Counted(unknown, "test"));
  if (!leaks.findings.empty()) {
    std::string text = Counted(static_cast<std::int64_t>(leaks.findings.size()), "leak");
    if (leaks.leaking_tests > 0) {
      text += fmt::format(" in {} of {}", leaks.leaking_tests, Counted(counted, "test"));
    }
    if (leaks.a_run) text += fmt::format(": {} more is kept by each run", HumanBytes(*leaks.a_run));
    return text + "." + of_unknown;
  }
  if (report.process) {
    return leaks.gaps.empty() ? "No memory is lost at its end. What grows, one run does not show."
                              : "No lost memory is known of; see NOT MEASURED below.";
  }
  if (counted == 0) return "No test ran, so nothing is known.";
  if (unknown >= counted) return "Nothing is known of what these tests keep.";
  const bool whole = report.crash.empty() && !report.interrupted;
  return fmt::format("Nothing leaks{} in {}.{}", whole ? "" : " so far",
                     Counted(counted - unknown, "test"), of_unknown);
}

std::string Text(const Report& report, const ViewRequest& request, const Leaks& leaks) {
  TextPage page(request.color, request.columns);
  WriteViewHead(report, &page);
  const bool is_clean = leaks.findings.empty() && leaks.unknown.empty() && leaks.gaps.empty() &&
                        leaks.tests > 0 && report.crash.empty() && !report.interrupted;
  page.Line(Answer(report, leaks), !leaks.findings.empty() ? Paint::kRed
                                   : is_clean              ? Paint::kGreen
                                                           : Paint::kYellow);
  if (!leaks.unknown.empty()) {
    page.Item("unknown", SomeNames({leaks.unknown.begin(), leaks.unknown.end()}, kUnknownListed));
  }
  for (const std::string& other : leaks.elsewhere) page.Line(other);
  if (report.summary.suppressed > 0) {
    page.Line(fmt::format("{} suppressed: see the report.",
                          Counted(report.summary.suppressed, "finding")));
  }
  for (const NumberedFinding& each : leaks.findings) {
    page.Blank();
    WriteFindingInShort(each, request, &page);
  }
  WriteNotMeasured(leaks.gaps, &page);
  return std::move(page).Finish();
}

std::string Json(const Report& report, const ViewRequest& request, const Leaks& leaks) {
  JsonWriter writer;
  WriteViewHeadJson(report, View::kLeaks, &writer);
  writer.Member("tests", leaks.tests);
  writer.Member("leaking_tests", leaks.leaking_tests);
  writer.Member("unknown_tests", leaks.unknown);
  writer.Member("bytes_per_iteration", OrNull(leaks.a_run));
  writer.Member("suppressed", report.summary.suppressed);
  writer.OpenArray("leaks");
  for (const NumberedFinding& each : leaks.findings) {
    writer.TallElement(FindingInShortJson(*each.finding, request));
  }
  writer.CloseArray();
  WriteGapsJson(leaks.gaps, &writer);
  return std::move(writer).Finish();
}

}  // namespace

Result<std::string> RenderLeaksView(const Report& report, const ViewRequest& request) {
  const Result<Leaks> leaks = Collect(report, request);
  if (!leaks) return leaks.error();
  return request.WantsJson() ? Json(report, request, *leaks) : Text(report, request, *leaks);
}

}  // namespace memprof
