// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/report/comparison_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "runner/compare/finding_match.h"
#include "runner/compare/measured_tests.h"
#include "runner/report/quantity.h"
#include "runner/report/sparkline.h"
#include "runner/report/text_finding.h"

namespace memprof {
namespace {

constexpr std::size_t kSeriesColumns = 16;

/// A value of the finding's series.
std::string ValueOf(FindingKind kind, std::int64_t value) {
  const bool counted = kind == FindingKind::kFdLeak || kind == FindingKind::kThreadLeak ||
                       kind == FindingKind::kGaugeGrowth;
  return counted ? HumanCount(value) : HumanBytes(value);
}

std::string Things(const Finding& finding) {
  const std::int64_t count = *finding.impact.count;
  switch (finding.kind) {
    case FindingKind::kFdLeak:
      return Counted(count, "descriptor");
    case FindingKind::kThreadLeak:
      return Counted(count, "thread");
    case FindingKind::kMappingLeak:
      return Counted(count, "mapping");
    case FindingKind::kBudgetExceeded:
      return Counted(count, "allocation");
    default:
      return HumanCount(count);
  }
}

std::string Percent(std::int64_t was, std::int64_t is) {
  if (was == is || was <= 0) return "";
  const double share = (static_cast<double>(is) / static_cast<double>(was) - 1) * 100;
  if (std::fabs(share) < 0.5) return "";
  // Past that a person thinks in factors.
  if (share >= 1000) return fmt::format("×{:.0f}", share / 100 + 1);
  return fmt::format("{:+.0f} %", share);
}

bool HasLeaks(const Report& report) {
  return std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
    return finding.severity > Severity::kOptimization;
  });
}

}  // namespace

std::string FigureOf(const Finding& finding) {
  const Impact& impact = finding.impact;
  std::vector<std::string> parts;
  if (finding.waste) {
    parts.push_back(fmt::format("{} in {} a run", HumanBytes(finding.waste->bytes),
                                Counted(finding.waste->calls, "allocation")));
  } else {
    if (impact.count) parts.push_back(Things(finding) + " a run");
    if (impact.bytes_per_iteration) {
      std::string bytes = HumanBytes(*impact.bytes_per_iteration);
      if (impact.blocks_per_iteration) {
        bytes += " in " + Counted(*impact.blocks_per_iteration, "block");
      }
      parts.push_back(bytes + " a run");
    } else if (impact.total_bytes && !impact.count) {
      parts.push_back(HumanBytes(*impact.total_bytes) + " in all");
    }
  }
  if (impact.peak_bytes) parts.push_back("peak " + HumanBytes(*impact.peak_bytes));
  return parts.empty() ? "not measured" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string SeriesOf(const Finding& finding) {
  if (!finding.growth || finding.growth->series.empty()) return "";
  const std::vector<std::int64_t>& series = finding.growth->series;
  return fmt::format("{} {} {}", ValueOf(finding.kind, series.front()),
                     Sparkline(series, kSeriesColumns), ValueOf(finding.kind, series.back()));
}

std::string DifferenceOf(const ComparedFinding& compared) {
  if (!compared.before || !compared.after) return "";
  const Finding& before = *compared.before;
  const Finding& after = *compared.after;
  std::vector<std::string> parts;
  if (before.severity != after.severity) {
    parts.push_back(fmt::format("{} → {}", Name(before.severity), Name(after.severity)));
  }
  const std::optional<std::int64_t> was = AmountOf(before);
  const std::optional<std::int64_t> is = AmountOf(after);
  if (was && is) {
    if (std::string percent = Percent(*was, *is); !percent.empty()) parts.push_back(percent);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

const Finding& ShownOf(const ComparedFinding& compared) {
  return compared.after ? *compared.after : *compared.before;
}

std::string PlaceOf(const Finding& finding) {
  std::string place = Place(finding.location.file, finding.location.line);
  if (!place.empty()) return place;
  if (!finding.location.function.empty()) return finding.location.function;
  return finding.tests.empty() ? finding.scope_label : finding.tests.front();
}

std::string OwnersOf(const Finding& finding, std::size_t limit) {
  if (finding.tests.empty()) return finding.scope_label;
  const std::size_t shown = std::min(limit, finding.tests.size());
  std::string text = fmt::format(
      "{}", fmt::join(finding.tests.begin(),
                      finding.tests.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  if (shown < finding.tests.size()) text += fmt::format(", +{} more", finding.tests.size() - shown);
  return text;
}

std::string CountsOf(const Comparison& comparison) {
  constexpr std::array kOrder = {Change::kNew,   Change::kWorse,  Change::kNotMeasured,
                                 Change::kFixed, Change::kBetter, Change::kKnown};
  std::vector<std::string> parts;
  for (const Change change : kOrder) {
    const int count = comparison.Count(change);
    if (count > 0) parts.push_back(fmt::format("{} {}", HumanCount(count), Name(change)));
  }
  return parts.empty() ? "no findings" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string VerdictOf(const Comparison& comparison, const Report& now) {
  const std::string tests = Counted(static_cast<std::int64_t>(now.tests.size()), "test");
  if (now.tests.empty()) return "NEW has no tests, so nothing is known of what BASE found.";
  if (!now.crash.empty()) {
    return fmt::format("NEW is partial, because its test binary ended early: {}.", now.crash);
  }
  if (now.interrupted) return "NEW is partial, because its run was interrupted.";
  const int more = comparison.Count(Change::kNew) + comparison.Count(Change::kWorse);
  if (more > 0) return fmt::format("{} new or worse in {}.", Counted(more, "finding"), tests);
  if (HasLeaks(now)) return fmt::format("Nothing new or worse in {}.", tests);
  if (!MeasuredAll(now) || comparison.Count(Change::kNotMeasured) > 0) {
    return fmt::format("Nothing found in {}, of which not everything was measured.", tests);
  }
  return fmt::format("No leaks detected in {}.", tests);
}

}  // namespace memprof
