// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/compare/finding_match.h"
#include "runner/compare/suppression_pattern.h"
#include "runner/compare/suppressions.h"
#include "runner/diagnose/merge.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

bool Covers(std::string_view kind, FindingKind of) {
  switch (of) {
    case FindingKind::kMemoryLeak:
      return kind == "leak" || kind == "any";
    case FindingKind::kMemoryGrowth:
      return kind == "leak" || kind == "growth" || kind == "any";
    case FindingKind::kGaugeGrowth:
      return kind == "growth" || kind == "any";
    case FindingKind::kFdLeak:
      return kind == "fd" || kind == "any";
    case FindingKind::kThreadLeak:
      return kind == "thread" || kind == "any";
    case FindingKind::kMappingLeak:
      return kind == "mapping" || kind == "any";
    case FindingKind::kPeakSpike:
    case FindingKind::kBudgetExceeded:
      return kind == "peak" || kind == "any";
    case FindingKind::kOneTimeRetention:
      return kind == "retention" || kind == "any";
    case FindingKind::kOptimization:
      return kind == "optimization" || kind == "any";
    case FindingKind::kStaticRisk:
      return kind == "any";
  }
  return false;
}

std::optional<std::int64_t> CountOf(const Finding& finding) {
  if (finding.impact.count) return finding.impact.count;
  if (finding.waste) return finding.waste->calls;
  return finding.impact.blocks_per_iteration;
}

std::optional<std::int64_t> BytesOf(const Finding& finding) {
  const bool counted =
      finding.kind == FindingKind::kFdLeak || finding.kind == FindingKind::kThreadLeak;
  return counted ? finding.impact.bytes_per_iteration : AmountOf(finding);
}

const char* ThingsOf(FindingKind kind) {
  switch (kind) {
    case FindingKind::kFdLeak:
      return "descriptors";
    case FindingKind::kThreadLeak:
      return "threads";
    case FindingKind::kMappingLeak:
      return "mappings";
    case FindingKind::kOptimization:
      return "allocations";
    default:
      return "blocks";
  }
}

/// Where the finding is more than the suppression allows, how much it is; else empty. What was not
/// measured cannot be held to a maximum, so it is not taken for little.
std::string Excess(const Suppression& suppression, const Finding& finding) {
  if (suppression.max_count) {
    const std::optional<std::int64_t> count = CountOf(finding);
    const char* things = ThingsOf(finding.kind);
    if (!count) return fmt::format("{} not counted, allowed {}", things, *suppression.max_count);
    if (*count > *suppression.max_count) {
      return fmt::format("+{} {} per run, allowed {}", HumanCount(*count), things,
                         HumanCount(*suppression.max_count));
    }
  }
  if (suppression.max_bytes) {
    const std::optional<std::int64_t> bytes = BytesOf(finding);
    const std::string allowed = HumanBytes(*suppression.max_bytes);
    if (!bytes) return fmt::format("bytes not measured, allowed {}", allowed);
    if (*bytes > *suppression.max_bytes) {
      return fmt::format("+{} per run, allowed {}", HumanBytes(*bytes), allowed);
    }
  }
  return "";
}

/// Whether a finding that is not there is really not there.
bool RanWhole(const Report& report) {
  if (!report.crash.empty() || report.interrupted || report.tests.empty()) return false;
  const auto& gaps = report.not_measured;
  const bool gap = std::any_of(gaps.begin(), gaps.end(), [](const NotMeasured& missing) {
    return missing.tool != "heap-snapshot" && missing.tool != "symbols";
  });
  return !gap && std::none_of(report.tests.begin(), report.tests.end(), [](const TestReport& test) {
    return test.status == TestStatus::kCrashed || test.status == TestStatus::kTimedOut ||
           test.status == TestStatus::kSkipped;
  });
}

/// A suppression and what it has done so far.
struct Applied {
  const Suppression* suppression;
  SuppressionUse use;
  bool matched = false;
};

/// Whether one of them takes the finding out. Else the finding tells which ones it exceeds.
bool TakesOut(std::vector<Applied>* all, Finding* finding) {
  std::vector<std::pair<Applied*, std::string>> exceeded;
  for (Applied& applied : *all) {
    const Suppression& suppression = *applied.suppression;
    if (applied.use.expired || !Covers(suppression.kind, finding->kind) ||
        !PatternMatches(suppression.pattern, *finding)) {
      continue;
    }
    applied.matched = true;
    std::string excess = Excess(suppression, *finding);
    if (excess.empty()) {
      ++applied.use.findings;
      return true;
    }
    exceeded.emplace_back(&applied, std::move(excess));
  }
  for (const auto& [applied, excess] : exceeded) {
    applied->use.exceeded.push_back(excess);
    finding->evidence.push_back(
        {"suppressions",
         fmt::format("{}:{} does not cover it: {}", applied->use.file, applied->use.line, excess)});
  }
  return false;
}

}  // namespace

void Suppress(const std::vector<Suppression>& suppressions, const std::string& today,
              Report* report, bool partial) {
  if (suppressions.empty()) return;
  std::vector<Applied> all;
  for (const Suppression& suppression : suppressions) {
    Applied applied{&suppression, {}};
    applied.use.file = suppression.file;
    applied.use.line = suppression.line;
    applied.use.text = suppression.text;
    applied.use.reason = suppression.reason;
    // Dates are of one form, so their text compares as they do.
    applied.use.expired = !suppression.expires.empty() && today >= suppression.expires;
    all.push_back(std::move(applied));
  }
  std::vector<Finding> left;
  for (Finding& finding : report->findings) {
    if (!TakesOut(&all, &finding)) left.push_back(std::move(finding));
  }
  report->findings = std::move(left);
  const bool whole = !partial && RanWhole(*report);
  for (Applied& applied : all) {
    applied.use.stale = whole && !applied.matched && !applied.use.expired;
    report->suppressions.push_back(std::move(applied.use));
  }
  Summarize(report);
}

}  // namespace memprof
