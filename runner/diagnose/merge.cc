// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merge.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/summary.h"

namespace memprof {
namespace {

TestVerdict VerdictOf(Severity severity) {
  switch (severity) {
    case Severity::kOptimization:
      return TestVerdict::kOptimization;
    case Severity::kWarning:
      return TestVerdict::kWarning;
    case Severity::kCritical:
      return TestVerdict::kCritical;
  }
  return TestVerdict::kClean;
}

/// 0 for what a reader wants to see first.
int Rank(TestVerdict verdict) {
  switch (verdict) {
    case TestVerdict::kCritical:
      return 0;
    case TestVerdict::kWarning:
      return 1;
    case TestVerdict::kOptimization:
      return 2;
    case TestVerdict::kNotMeasured:
      return 3;
    case TestVerdict::kClean:
      return 4;
  }
  return 4;
}

void SetVerdicts(Report* report) {
  std::unordered_map<std::string, TestVerdict> verdicts;
  bool heap_measured = true;
  for (const NotMeasured& gap : report->not_measured) {
    // Where a sanitizer has the heap, a test in which nothing else was found is not therefore
    // clean.
    if (gap.tool == "heap" && gap.test.empty()) heap_measured = false;
    // Without them nothing at all is known; a tool that failed leaves the series to judge by.
    const bool is_basis = gap.tool == "triage" || gap.tool == "screen";
    if (is_basis && !gap.test.empty()) verdicts[gap.test] = TestVerdict::kNotMeasured;
  }
  for (const Finding& finding : report->findings) {
    const TestVerdict verdict = VerdictOf(finding.severity);
    for (const std::string& test : finding.tests) {
      const auto [known, is_new] = verdicts.emplace(test, verdict);
      if (!is_new && Rank(verdict) < Rank(known->second)) known->second = verdict;
    }
  }
  for (TestReport& test : report->tests) {
    const auto found = verdicts.find(test.FullName());
    const bool broken = test.status == TestStatus::kCrashed || test.status == TestStatus::kTimedOut;
    test.verdict = found != verdicts.end()    ? found->second
                   : broken || !heap_measured ? TestVerdict::kNotMeasured
                                              : TestVerdict::kClean;
  }
  std::stable_sort(
      report->tests.begin(), report->tests.end(),
      [](const TestReport& a, const TestReport& b) { return Rank(a.verdict) < Rank(b.verdict); });
}

/// Of one line of a suppressions file, used by several parts.
void AddUse(const SuppressionUse& added, std::vector<SuppressionUse>* uses) {
  const auto known = std::find_if(uses->begin(), uses->end(), [&](const SuppressionUse& use) {
    return use.file == added.file && use.line == added.line && use.text == added.text;
  });
  if (known == uses->end()) {
    uses->push_back(added);
    return;
  }
  known->findings += added.findings;
  known->stale = known->stale && added.stale;
  known->expired = known->expired || added.expired;
  for (const std::string& finding : added.exceeded) {
    const auto& told = known->exceeded;
    if (std::find(told.begin(), told.end(), finding) == told.end()) {
      known->exceeded.push_back(finding);
    }
  }
}

/// Parts have tests of their own, so what is gone from each adds up.
void AddBaseline(const std::optional<BaselineUse>& added, std::optional<BaselineUse>* baseline) {
  if (!added) return;
  if (!*baseline) {
    *baseline = added;
    return;
  }
  (*baseline)->findings = std::max((*baseline)->findings, added->findings);
  (*baseline)->gone = std::min((*baseline)->gone + added->gone, (*baseline)->findings);
}

bool SameGap(const NotMeasured& a, const NotMeasured& b) { return a == b; }

template <class T, class Same>
void AddNew(const std::vector<T>& added, Same same, std::vector<T>* to) {
  for (const T& each : added) {
    const auto is_same = [&](const T& known) { return same(known, each); };
    if (std::none_of(to->begin(), to->end(), is_same)) to->push_back(each);
  }
}

/// Tests that the first part lacks, as another shard's are.
void AddTests(const std::vector<TestReport>& added,
              std::unordered_map<std::string, std::size_t>* index, std::vector<TestReport>* tests) {
  for (const TestReport& test : added) {
    const auto [found, is_new] = index->emplace(test.FullName(), tests->size());
    if (is_new) tests->push_back(test);
  }
}

}  // namespace

void Summarize(Report* report) {
  SetVerdicts(report);
  report->summary = SummaryOf(*report);
}

Report MergeReports(std::span<const Report> parts) {
  Report merged;
  if (parts.empty()) {
    Summarize(&merged);
    return merged;
  }
  merged = parts.front();
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < merged.tests.size(); ++i) index[merged.tests[i].FullName()] = i;
  for (const Report& part : parts.subspan(1)) {
    AddTests(part.tests, &index, &merged.tests);
    merged.findings.insert(merged.findings.end(), part.findings.begin(), part.findings.end());
    AddNew(part.not_measured, SameGap, &merged.not_measured);
    AddNew(part.stages, std::equal_to<>(), &merged.stages);
    for (const SuppressionUse& use : part.suppressions) AddUse(use, &merged.suppressions);
    AddBaseline(part.baseline, &merged.baseline);
    merged.interrupted = merged.interrupted || part.interrupted;
    if (merged.crash.empty()) merged.crash = part.crash;
    if (part.peak_error_bytes) {
      merged.peak_error_bytes =
          std::max(merged.peak_error_bytes.value_or(0), *part.peak_error_bytes);
    }
  }
  merged.findings = GroupFindings(std::move(merged.findings));
  Summarize(&merged);
  return merged;
}

}  // namespace memprof
