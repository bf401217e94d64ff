// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/compare/comparison.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "runner/compare/finding_match.h"
#include "runner/compare/measured_tests.h"
#include "runner/diagnose/merge.h"

namespace memprof {
namespace {

/// Less is how sizes of containers and the number of runs differ from one measurement to the next.
constexpr double kMoreThanNoise = 1.1;

bool ClearlyMore(const std::optional<std::int64_t>& than, const std::optional<std::int64_t>& is) {
  if (!than || !is || *is <= *than) return false;
  return static_cast<double>(*is) > kMoreThanNoise * static_cast<double>(*than);
}

Change ChangeBetween(const Finding& before, const Finding& after) {
  const std::optional<std::int64_t> was = AmountOf(before);
  const std::optional<std::int64_t> is = AmountOf(after);
  // Of two contrary signs the bad one counts.
  if (after.severity > before.severity || ClearlyMore(was, is)) return Change::kWorse;
  if (after.severity < before.severity || ClearlyMore(is, was)) return Change::kBetter;
  return Change::kKnown;
}

/// In the order in which they are shown.
int Rank(Change change) {
  switch (change) {
    case Change::kNew:
      return 0;
    case Change::kWorse:
      return 1;
    case Change::kNotMeasured:
      return 2;
    case Change::kFixed:
      return 3;
    case Change::kBetter:
      return 4;
    case Change::kKnown:
      return 5;
  }
  return 5;
}

Severity SeverityOf(const ComparedFinding& compared) {
  return compared.after ? compared.after->severity : compared.before->severity;
}

BaselineState StateOf(const Finding* known, const Finding& seen) {
  if (known == nullptr) return BaselineState::kNew;
  return ChangeBetween(*known, seen) == Change::kWorse ? BaselineState::kWorse
                                                       : BaselineState::kKnown;
}

/// Findings of `base` that are the same as none of `now`.
std::vector<const Finding*> MissingOf(const std::vector<Finding>& base,
                                      const std::vector<std::optional<std::size_t>>& matches) {
  std::vector<bool> seen(base.size());
  for (const std::optional<std::size_t>& match : matches) {
    if (match) seen[*match] = true;
  }
  std::vector<const Finding*> missing;
  for (std::size_t i = 0; i < base.size(); ++i) {
    if (!seen[i]) missing.push_back(&base[i]);
  }
  return missing;
}

}  // namespace

int Comparison::Count(Change change) const {
  return static_cast<int>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const ComparedFinding& each) { return each.change == change; }));
}

Comparison Compare(const Report& base, const Report& now) {
  Comparison comparison;
  comparison.base_tests = static_cast<int>(base.tests.size());
  comparison.new_tests = static_cast<int>(now.tests.size());
  const auto matches = MatchFindings(base.findings, now.findings);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    ComparedFinding compared;
    compared.change = Change::kNew;
    compared.after = now.findings[i];
    if (matches[i]) {
      compared.before = base.findings[*matches[i]];
      compared.change = ChangeBetween(*compared.before, *compared.after);
    }
    comparison.findings.push_back(std::move(compared));
  }
  const MeasuredTests measured(now);
  for (const Finding* missing : MissingOf(base.findings, matches)) {
    ComparedFinding compared;
    compared.before = *missing;
    compared.why_not_measured = measured.WhyUnknown(*missing);
    compared.change = compared.why_not_measured.empty() ? Change::kFixed : Change::kNotMeasured;
    comparison.findings.push_back(std::move(compared));
  }
  // Within a change they keep the reports' order, which is worst first.
  std::stable_sort(comparison.findings.begin(), comparison.findings.end(),
                   [](const ComparedFinding& a, const ComparedFinding& b) {
                     return std::pair(Rank(a.change), -static_cast<int>(SeverityOf(a))) <
                            std::pair(Rank(b.change), -static_cast<int>(SeverityOf(b)));
                   });
  return comparison;
}

const char* Name(Change change) {
  switch (change) {
    case Change::kFixed:
      return "fixed";
    case Change::kNew:
      return "new";
    case Change::kWorse:
      return "worse";
    case Change::kBetter:
      return "better";
    case Change::kKnown:
      return "known";
    case Change::kNotMeasured:
      return "not measured";
  }
  return "known";
}

void HoldAgainstBaseline(const Report& baseline, const std::string& file, Report* report) {
  const auto matches = MatchFindings(baseline.findings, report->findings);
  for (std::size_t i = 0; i < matches.size(); ++i) {
    const Finding* known = matches[i] ? &baseline.findings[*matches[i]] : nullptr;
    report->findings[i].baseline = StateOf(known, report->findings[i]);
  }
  const MeasuredTests measured(*report);
  const std::vector<const Finding*> missing = MissingOf(baseline.findings, matches);
  BaselineUse use;
  use.file = file;
  use.findings = static_cast<int>(baseline.findings.size());
  use.gone =
      static_cast<int>(std::count_if(missing.begin(), missing.end(), [&](const Finding* finding) {
        return measured.WhyUnknown(*finding).empty();
      }));
  report->baseline = use;
  std::stable_partition(
      report->findings.begin(), report->findings.end(),
      [](const Finding& finding) { return finding.baseline != BaselineState::kKnown; });
  Summarize(report);
}

}  // namespace memprof
