// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merge.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runner/analyze/profile_list.h"
#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/excerpt_lines.h"
#include "runner/diagnose/merged_gaps.h"
#include "runner/diagnose/merged_programs.h"
#include "runner/diagnose/merged_stages.h"
#include "runner/diagnose/merged_tests.h"
#include "runner/diagnose/same_program.h"
#include "runner/diagnose/summary.h"
#include "runner/diagnose/tests_told_apart.h"

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
    const bool is_basis = gap.tool == "triage" || gap.tool == "screen" || gap.tool == "heap";
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

std::vector<std::string> NamesOf(std::span<const Report> parts,
                                 const std::vector<std::string>& given) {
  std::vector<std::string> names = given;
  for (std::size_t i = names.size(); i < parts.size(); ++i) {
    names.push_back("report " + std::to_string(i + 1));
  }
  return names;
}

/// Of one program: several parts with tests are shards of it, or repeat each other.
bool IsSharded(const ReportedProgram& program, std::span<const Report> parts) {
  return std::count_if(program.parts.begin(), program.parts.end(),
                       [&](std::size_t part) { return !parts[part].tests.empty(); }) > 1;
}

void AddProgram(const ReportedProgram& program, std::span<const Report> parts, bool is_only,
                Report* merged) {
  std::vector<TestReport> tests = TestsOf(program, parts);
  std::vector<Finding> findings;
  for (const std::size_t part : program.parts) {
    findings.insert(findings.end(), parts[part].findings.begin(), parts[part].findings.end());
  }
  if (IsSharded(program, parts)) {
    findings = GroupFindings(std::move(findings));
    ProgramEvidence evidence = EvidenceOf(program, parts);
    JudgeTogether(tests, &evidence, &findings);
    merged->programs.push_back(std::move(evidence));
  } else {
    for (const std::size_t part : program.parts) {
      const std::vector<ProgramEvidence>& known = parts[part].programs;
      merged->programs.insert(merged->programs.end(), known.begin(), known.end());
    }
  }
  for (TestReport& test : tests) {
    if (!is_only && test.binary.empty()) test.binary = program.binary;
    merged->tests.push_back(std::move(test));
  }
  std::move(findings.begin(), findings.end(), std::back_inserter(merged->findings));
  if (program.binary.empty()) return;
  merged->binary += (merged->binary.empty() ? "" : ", ") + program.binary;
}

/// What does not depend on which program a part is of.
void AddRest(const Report& part, Report* merged) {
  if (merged->tool_version.empty()) merged->tool_version = part.tool_version;
  for (const SuppressionUse& use : part.suppressions) AddUse(use, &merged->suppressions);
  AddBaseline(part.baseline, &merged->baseline);
  merged->interrupted = merged->interrupted || part.interrupted;
  if (merged->interrupted_in.empty()) merged->interrupted_in = part.interrupted_in;
  if (merged->crash.empty()) {
    merged->crash = part.crash;
    merged->hang_stack = part.hang_stack;
    merged->hang_threads = part.hang_threads;
  }
  if (part.scan && merged->scan) {
    merged->scan->files += part.scan->files;
    merged->scan->not_read += part.scan->not_read;
    merged->scan->database += ", " + part.scan->database;
  } else if (part.scan) {
    merged->scan = part.scan;
  }
  for (const Profile& profile : part.profiles) AddProfile(profile, &merged->profiles);
  AddExcerpts(part.sources, &merged->sources);
  merged->conflicts.insert(merged->conflicts.end(), part.conflicts.begin(), part.conflicts.end());
  if (part.peak_error_bytes) {
    merged->peak_error_bytes =
        std::max(merged->peak_error_bytes.value_or(0), *part.peak_error_bytes);
  }
}

}  // namespace

void Summarize(Report* report) {
  SetVerdicts(report);
  report->summary = SummaryOf(*report);
}

Report MergeReports(std::span<const Report> given, const std::vector<std::string>& given_names) {
  const std::vector<ReportedProgram> programs = ProgramsOf(given);
  const std::vector<Report> told_apart = TestsToldApart(programs, given);
  const std::span<const Report> parts = told_apart.empty() ? given : told_apart;
  Report merged;
  // One report is as it was: its fingerprints count what it found before suppressions.
  if (parts.size() == 1) merged = parts.front();
  if (parts.size() < 2) {
    Summarize(&merged);
    return merged;
  }
  const std::vector<std::string> names = NamesOf(parts, given_names);
  for (const Report& part : parts) AddRest(part, &merged);
  for (const ReportedProgram& program : programs) {
    AddProgram(program, parts, programs.size() == 1, &merged);
  }
  // Beside tests it is one more stage.
  if (!merged.tests.empty()) merged.scan.reset();
  merged.stages = StagesOf(parts);
  merged.not_measured = GapsOf(parts, given_names);
  for (std::string& conflict : ConflictsOf(programs, parts, names)) {
    merged.conflicts.push_back(std::move(conflict));
  }
  merged.findings = GroupFindings(std::move(merged.findings));
  Summarize(&merged);
  return merged;
}

}  // namespace memprof
