// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/text_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runner/report/finding_order.h"
#include "runner/report/fix_files.h"
#include "runner/report/headline.h"
#include "runner/report/plain_text.h"
#include "runner/report/quantity.h"
#include "runner/report/text_finding.h"
#include "runner/report/text_fix.h"

namespace memprof {
namespace {

constexpr std::size_t kPrioritiesListed = 10;  // the first screen must be enough to act
constexpr std::size_t kSystemicListed = 5;
constexpr std::size_t kHeadlineColumns = 160;  // it may wrap; a whole sentence of a user's is cut

void WritePriorities(const Report& report, TextPage* page) {
  std::unordered_map<std::string_view, NumberedFinding> by_fingerprint;
  for (const NumberedFinding& each : FindingOrder(report)) {
    by_fingerprint.emplace(each.finding->fingerprint, each);
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
    page->Item(listed == 1 ? "do first" : "",
               fmt::format("{} {}  {}  {}", Heading(finding.severity), number, place,
                           Shortened(OneLine(Headline(finding)), kHeadlineColumns)));
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

void WriteBaseline(const Report& report, TextPage* page) {
  if (report.baseline) {
    const BaselineUse& use = *report.baseline;
    std::string counts = CountsByBaseline(report);
    if (counts.empty()) counts = "nothing known, nothing new";
    const std::string gone = use.gone > 0 ? fmt::format("; {} of its {} gone", HumanCount(use.gone),
                                                        Counted(use.findings, "finding"))
                                          : "";
    page->Pair("baseline", counts + gone, use.file);
  }
}

void WriteHowToApply(const Report& report, const RenderOptions& options, TextPage* page) {
  const auto has_diff = [](const Finding& finding) {
    return finding.fix && !finding.fix->diff.empty();
  };
  const std::vector<Finding>& findings = report.findings;
  if (std::none_of(findings.begin(), findings.end(), has_diff)) return;
  if (options.fixes_directory.empty()) {
    page->Item(
        "to apply",
        "copy a diff to FILE, and in the source root: patch -p1 < FILE. Then build, run again "
        "with another --out, and compare: memprof diff OLD NEW");
    return;
  }
  const std::string out = options.fixes_directory.substr(0, options.fixes_directory.rfind('/'));
  const std::string one = options.fixes_directory + "/FILE";
  page->Item("to apply", fmt::format("{}{}", PatchCommand(options, one),
                                     options.patch_directory.empty() ? " in the source root" : ""));
  page->Item(
      {},
      fmt::format("then build, run again with --out NEW, and compare: memprof diff {} NEW", out));
}

/// Without those by pattern, which the list of patterns tells with their places.
void WriteSystemic(const Report& report, TextPage* page) {
  std::string_view label = "systemic";
  std::size_t listed = 0;
  for (const SystemicPattern& systemic : report.summary.systemic) {
    if (systemic.by == SystemicPattern::By::kPattern) continue;
    if (++listed > kSystemicListed) return;
    page->Item(label, systemic.text);
    label = {};
  }
}

}  // namespace

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

std::string CountsByBaseline(const Report& report) {
  std::array<int, 4> counts = {};
  for (const Finding& finding : report.findings) {
    ++counts[static_cast<std::size_t>(finding.baseline)];
  }
  std::vector<std::string> parts;
  for (const BaselineState state :
       {BaselineState::kNew, BaselineState::kWorse, BaselineState::kKnown}) {
    const int count = counts[static_cast<std::size_t>(state)];
    if (count > 0) parts.push_back(fmt::format("{} {}", HumanCount(count), Name(state)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void WriteSummary(const Report& report, const RenderOptions& options, TextPage* page) {
  const Summary& summary = report.summary;
  page->Blank();
  page->Line("SUMMARY", Paint::kBold);
  page->Blank();
  if (!report.tests.empty()) page->Item("tests", TestsByVerdict(report));
  const std::string findings = CountsBySeverity(summary);
  const std::string suppressed =
      summary.suppressed > 0 ? fmt::format("; {} suppressed", HumanCount(summary.suppressed)) : "";
  page->Item("findings", (findings.empty() ? "none" : findings) + suppressed);
  WriteBaseline(report, page);
  if (summary.reduction_possible_bytes) {
    page->Item("possible", HumanBytes(*summary.reduction_possible_bytes) +
                               " less per run when everything above is mended");
  }
  if (summary.waste_possible_bytes) {
    page->Item(summary.reduction_possible_bytes ? "" : "possible",
               HumanBytes(*summary.waste_possible_bytes) +
                   " less allocated per run without what is wasteful");
  }
  WritePriorities(report, page);
  WriteHowToApply(report, options, page);
  WriteSystemic(report, page);
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

}  // namespace memprof
