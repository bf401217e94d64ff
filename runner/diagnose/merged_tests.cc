// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/merged_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "runner/report/quantity.h"

namespace memprof {
namespace {

using TestIndex = std::unordered_map<std::string, const TestReport*>;

const char* Did(TestStatus status) {
  switch (status) {
    case TestStatus::kSkipped:
      return "skipped";
    case TestStatus::kPassed:
      return "passed";
    case TestStatus::kFailed:
      return "failed";
    case TestStatus::kTimedOut:
      return "timed out";
    case TestStatus::kCrashed:
      return "crashed";
  }
  return "";
}

TestIndex IndexOf(const Report& report) {
  TestIndex index;
  for (const TestReport& test : report.tests) index.emplace(test.FullName(), &test);
  return index;
}

bool Suppressed(const Report& report) {
  return std::any_of(report.suppressions.begin(), report.suppressions.end(),
                     [](const SuppressionUse& use) { return use.findings > 0; });
}

bool HasFinding(const Report& report, const Finding& finding, const std::string& test) {
  return std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& each) {
    const bool same = each.fingerprint == finding.fingerprint ||
                      (each.kind == finding.kind && each.location.file == finding.location.file &&
                       each.location.line == finding.location.line);
    return same && std::find(each.tests.begin(), each.tests.end(), test) != each.tests.end();
  });
}

/// Whether it depends on the program's other tests, so that a part without some of them may miss
/// it.
bool NeedsAllTests(const Report& report, const Finding& finding) {
  if (finding.kind == FindingKind::kPeakSpike || finding.kind == FindingKind::kOptimization) {
    return true;
  }
  const auto is_it = [&](const FedHolder& holder) {
    return holder.finding.fingerprint == finding.fingerprint;
  };
  return std::any_of(report.programs.begin(), report.programs.end(),
                     [&](const ProgramEvidence& program) {
                       const auto& holders = program.fed_holders;
                       return std::any_of(holders.begin(), holders.end(), is_it);
                     });
}

/// Several of a kind, told by the first.
struct Some {
  std::int64_t count = 0;
  std::string first;

  void Add(const std::string& text) {
    if (count++ == 0) first = text;
  }
  std::string Text(std::string_view noun) const {
    return count == 1 ? first : fmt::format("{}, as {},", Counted(count, noun), first);
  }
};

/// Of `chosen` parts. Shards have none, however many they are.
std::set<std::pair<std::size_t, std::size_t>> PairsWithCommonTests(
    std::span<const Report> parts, const std::vector<std::size_t>& chosen) {
  std::unordered_map<std::string, std::vector<std::size_t>> parts_with;
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (const std::size_t part : chosen) {
    for (const TestReport& test : parts[part].tests) {
      std::vector<std::size_t>& with = parts_with[test.FullName()];
      for (const std::size_t other : with) {
        if (other != part) pairs.emplace(other, part);
      }
      if (with.empty() || with.back() != part) with.push_back(part);
    }
  }
  return pairs;
}

class Conflicts {
 public:
  Conflicts(std::span<const Report> parts, const std::vector<std::string>& names)
      : parts_(parts), names_(names) {
    for (const Report& part : parts) tests_.push_back(IndexOf(part));
  }

  void AddStatuses(std::size_t a, std::size_t b) {
    std::map<std::pair<TestStatus, TestStatus>, Some> differing;
    for (const TestReport& test : parts_[a].tests) {
      const auto other = tests_[b].find(test.FullName());
      if (other == tests_[b].end() || other->second->status == test.status) continue;
      differing[{test.status, other->second->status}].Add(test.FullName());
    }
    for (const auto& [statuses, tests] : differing) {
      const auto [in_a, in_b] = statuses;
      sentences_.push_back(fmt::format("{} {} in {} and {} in {}: the worse counts.",
                                       tests.Text("test"), Did(in_a), names_[a], Did(in_b),
                                       names_[b]));
    }
  }

  /// What was found in `a` and not in `b`.
  void AddMissing(std::size_t a, std::size_t b) {
    if (Suppressed(parts_[b])) return;
    Some missing;
    for (const Finding& finding : parts_[a].findings) {
      if (NeedsAllTests(parts_[a], finding)) continue;
      const auto lacks = [&](const std::string& test) {
        const auto other = tests_[b].find(test);
        return other != tests_[b].end() && other->second->verdict != TestVerdict::kNotMeasured &&
               other->second->status != TestStatus::kSkipped &&
               !HasFinding(parts_[b], finding, test);
      };
      const auto test = std::find_if(finding.tests.begin(), finding.tests.end(), lacks);
      if (test == finding.tests.end()) continue;
      missing.Add(fmt::format("`{}` in {}", finding.title, *test));
    }
    if (missing.count == 0) return;
    sentences_.push_back(fmt::format(
        "{} {} found in {} and not in {}, where the same test was measured too: what was found "
        "counts.",
        missing.Text("finding"), missing.count == 1 ? "was" : "were", names_[a], names_[b]));
  }

  void AddVersions() {
    std::set<std::string> versions;
    for (const Report& part : parts_) {
      if (!part.tool_version.empty()) versions.insert(part.tool_version);
    }
    if (versions.size() < 2) return;
    sentences_.push_back(
        fmt::format("The reports were written by different versions of memprof, from {} to {}.",
                    *versions.begin(), *versions.rbegin()));
  }

  std::vector<std::string> Take() && { return std::move(sentences_); }

 private:
  std::span<const Report> parts_;
  const std::vector<std::string>& names_;
  std::vector<TestIndex> tests_;
  std::vector<std::string> sentences_;
};

}  // namespace

std::vector<TestReport> TestsOf(const ReportedProgram& program, std::span<const Report> parts) {
  std::vector<TestReport> tests;
  std::map<std::pair<std::string, std::string>, std::size_t> index;
  for (const std::size_t part : program.parts) {
    for (const TestReport& test : parts[part].tests) {
      const auto [known, is_new] =
          index.emplace(std::pair(test.binary, test.FullName()), tests.size());
      if (is_new) {
        tests.push_back(test);
      } else if (Badness(test.status) > Badness(tests[known->second].status)) {
        tests[known->second] = test;
      }
    }
  }
  return tests;
}

std::vector<std::string> ConflictsOf(const std::vector<ReportedProgram>& programs,
                                     std::span<const Report> parts,
                                     const std::vector<std::string>& names) {
  Conflicts conflicts(parts, names);
  conflicts.AddVersions();
  for (const ReportedProgram& program : programs) {
    std::vector<std::size_t> with_tests;
    for (const std::size_t part : program.parts) {
      if (!parts[part].tests.empty()) with_tests.push_back(part);
    }
    for (const auto& [a, b] : PairsWithCommonTests(parts, with_tests)) {
      conflicts.AddStatuses(a, b);
      conflicts.AddMissing(a, b);
      conflicts.AddMissing(b, a);
    }
  }
  return std::move(conflicts).Take();
}

}  // namespace memprof
