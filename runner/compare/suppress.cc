// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
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

/// What a test's own Keeps is for.
bool IsKept(FindingKind kind) {
  return kind == FindingKind::kMemoryLeak || kind == FindingKind::kMemoryGrowth ||
         kind == FindingKind::kOneTimeRetention;
}

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
      return kind == "risk" || kind == "any";
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
  if (!report.crash.empty() || report.interrupted) return false;
  if (report.tests.empty() && !report.scan) return false;
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
  std::int64_t kept_bytes = 0;  ///< of the findings that a test's Keeps took out
};

bool Matches(const Suppression& suppression, const Finding& finding) {
  return suppression.test.empty() && Covers(suppression.kind, finding.kind) &&
         PatternMatches(suppression.pattern, finding);
}

/// Where the finding is more than is left of what its test declares to keep, how much it is.
std::string MoreThanDeclared(const Applied& keeps, const Finding& finding) {
  const std::optional<std::int64_t> bytes = AmountOf(finding);
  const std::string declared = HumanBytes(*keeps.suppression->max_bytes);
  if (!bytes) return fmt::format("bytes not measured, declared {}", declared);
  if (*bytes <= *keeps.suppression->max_bytes - keeps.kept_bytes) return "";
  const std::string before =
      keeps.kept_bytes > 0
          ? fmt::format(", of which {} is used up by other findings", HumanBytes(keeps.kept_bytes))
          : "";
  return fmt::format("+{} per run, declared {}{}", HumanBytes(*bytes), declared, before);
}

/// Whether each of the finding's tests declares to keep as much. Else the finding tells what they
/// do declare.
bool IsDeclared(std::vector<Applied>* all, Finding* finding) {
  if (!IsKept(finding->kind) || finding->tests.empty()) return false;
  std::vector<std::pair<Applied*, std::string>> declared;
  bool is_enough = true;
  for (const std::string& test : finding->tests) {
    const auto keeps = std::find_if(all->begin(), all->end(), [&](const Applied& applied) {
      return applied.suppression->test == test;
    });
    if (keeps == all->end()) {
      is_enough = false;
      continue;
    }
    keeps->matched = true;
    std::string more = MoreThanDeclared(*keeps, *finding);
    is_enough = is_enough && more.empty();
    declared.emplace_back(&*keeps, std::move(more));
  }
  for (auto& [keeps, more] : declared) {
    if (is_enough) {
      ++keeps->use.findings;
      keeps->kept_bytes += AmountOf(*finding).value_or(0);
      continue;
    }
    if (more.empty()) more = "other tests show it too, and do not declare it";
    keeps->use.exceeded.push_back(more);
    finding->evidence.push_back(
        {"suppressions", fmt::format("what {}:{} declares ({}) does not cover it: {}",
                                     keeps->use.file, keeps->use.line, keeps->use.reason, more)});
  }
  return is_enough;
}

/// Whether one of them takes the finding out. Else the finding tells which ones it exceeds.
bool TakesOut(std::vector<Applied>* all, Finding* finding) {
  std::vector<std::pair<Applied*, std::string>> exceeded;
  for (Applied& applied : *all) {
    const Suppression& suppression = *applied.suppression;
    if (applied.use.expired || !Matches(suppression, *finding)) continue;
    applied.matched = true;
    std::string excess = Excess(suppression, *finding);
    if (excess.empty()) {
      ++applied.use.findings;
      return true;
    }
    exceeded.emplace_back(&applied, std::move(excess));
  }
  if (IsDeclared(all, finding)) return true;
  for (const auto& [applied, excess] : exceeded) {
    applied->use.exceeded.push_back(excess);
    finding->evidence.push_back(
        {"suppressions",
         fmt::format("{}:{} does not cover it: {}", applied->use.file, applied->use.line, excess)});
  }
  return false;
}

}  // namespace

std::vector<Suppression> KeepsOf(const Report& report) {
  std::vector<Suppression> all;
  for (const TestReport& test : report.tests) {
    if (test.keeps.empty()) continue;
    Suppression own;
    own.file = test.keeps.front().file;
    own.line = test.keeps.front().line;
    own.kind = "keeps";
    own.test = test.FullName();
    own.max_bytes = 0;
    for (const DeclaredKeeps& keeps : test.keeps) {
      const std::int64_t left = std::numeric_limits<std::int64_t>::max() - *own.max_bytes;
      own.max_bytes = *own.max_bytes + std::min(keeps.bytes, left);
      if (!own.reason.empty()) own.reason += "; ";
      own.reason += keeps.why;
    }
    own.text = fmt::format("{} keeps {} on purpose", own.test, HumanBytes(*own.max_bytes));
    const bool is_told = std::any_of(
        report.suppressions.begin(), report.suppressions.end(), [&](const SuppressionUse& use) {
          return use.file == own.file && use.line == own.line && use.text == own.text;
        });
    if (!is_told) all.push_back(std::move(own));
  }
  return all;
}

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
