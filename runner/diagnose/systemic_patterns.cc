// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/systemic_patterns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "runner/diagnose/blamed_functions.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

using By = SystemicPattern::By;

constexpr std::size_t kTestsOfOneFinding = 3;

/// How groups are told apart. Functions come first, so that they are kept before others that say
/// the same.
struct Key {
  int rank;  ///< of `by`
  By by;
  bool is_waste;
  std::string what;

  bool operator<(const Key& other) const {
    return std::tie(rank, is_waste, what) < std::tie(other.rank, other.is_waste, other.what);
  }
};

using Groups = std::map<Key, std::set<std::size_t>>;  // indices of findings

bool IsVariable(const HeldBy& holder) {
  switch (holder.kind) {
    case HolderKind::kGlobal:
    case HolderKind::kStatic:
    case HolderKind::kFunctionStatic:
    case HolderKind::kThreadLocal:
      return !holder.symbol.empty() && !holder.is_foreign;
    default:
      return false;
  }
}

Groups AllGroups(const std::vector<Finding>& findings) {
  Groups groups;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const Finding& finding = findings[i];
    const bool is_waste = finding.kind == FindingKind::kOptimization;
    if (!IsTestCodeAlone(finding.stack)) {
      const std::vector<const Frame*> frames = FramesWithoutTestCode(finding.stack);
      // Of several tests the stack is one's alone, and the others may come by another caller.
      const std::size_t shared = finding.tests.size() > 1 ? 1 : 2;
      for (std::size_t depth = 0; depth < std::min(frames.size(), shared); ++depth) {
        groups[{0, By::kFunction, is_waste, frames[depth]->function}].insert(i);
      }
    }
    if (finding.held_by && IsVariable(*finding.held_by)) {
      groups[{1, By::kHolder, is_waste, finding.held_by->symbol}].insert(i);
    }
    if (finding.pattern != Pattern::kUnknown) {
      groups[{2, By::kPattern, is_waste, Name(finding.pattern)}].insert(i);
    }
  }
  return groups;
}

std::set<std::string_view> TestsOf(const std::set<std::size_t>& group,
                                   const std::vector<Finding>& findings) {
  std::set<std::string_view> tests;
  for (const std::size_t i : group) {
    tests.insert(findings[i].tests.begin(), findings[i].tests.end());
  }
  return tests;
}

/// "5 tests", or of what belongs to no test "2 findings".
std::string Subject(std::size_t tests, std::size_t findings) {
  return tests > 0 ? Counted(static_cast<std::int64_t>(tests), "test")
                   : Counted(static_cast<std::int64_t>(findings), "finding");
}

std::string TextOf(const Key& key, std::size_t tests, std::size_t findings) {
  const bool one = (tests > 0 ? tests : findings) == 1;
  const std::string places =
      tests > 0 && findings > 1
          ? fmt::format(", {}", Counted(static_cast<std::int64_t>(findings), "finding"))
          : "";
  const std::string subject = Subject(tests, findings);
  if (key.by == By::kPattern) {
    const std::string of = tests > 0 ? fmt::format(" of {}", subject) : "";
    return fmt::format("`{}` is the pattern of {}{}", key.what,
                       Counted(static_cast<std::int64_t>(findings), "finding"), of);
  }
  if (key.by == By::kHolder) {
    return fmt::format("{} leave{} memory in `{}`{}", subject, one ? "s" : "", key.what, places);
  }
  return fmt::format("{} {}{}{} through `{}`{}", subject, key.is_waste ? "waste" : "leak",
                     one ? "s" : "", key.is_waste ? " memory" : "", key.what, places);
}

}  // namespace

std::vector<SystemicPattern> SystemicPatterns(const std::vector<Finding>& findings) {
  std::set<std::set<std::size_t>> told;
  std::vector<SystemicPattern> patterns;
  for (const auto& [key, group] : AllGroups(findings)) {
    const std::size_t tests = TestsOf(group, findings).size();
    if (group.size() < 2 && tests < kTestsOfOneFinding) continue;
    // The pattern of one finding stands in its own heading.
    if (group.size() < 2 && key.by == By::kPattern) continue;
    if (!told.insert(group).second) continue;
    SystemicPattern pattern;
    pattern.by = key.by;
    pattern.what = key.what;
    pattern.text = TextOf(key, tests, group.size());
    pattern.tests = static_cast<int>(tests);
    for (const std::size_t i : group) pattern.findings.push_back(findings[i].fingerprint);
    patterns.push_back(std::move(pattern));
  }
  std::stable_sort(
      patterns.begin(), patterns.end(), [](const SystemicPattern& a, const SystemicPattern& b) {
        return std::pair(a.tests, a.findings.size()) > std::pair(b.tests, b.findings.size());
      });
  return patterns;
}

}  // namespace memprof
