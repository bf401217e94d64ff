// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "runner/diagnose/diagnose.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/report/holder_text.h"

namespace memprof {
namespace {

/// What is lost first, and what grows last: it is often held by a thread or a handle that has a
/// finding of its own.
int KindRank(FindingKind kind) {
  switch (kind) {
    case FindingKind::kMemoryLeak:
      return 0;
    case FindingKind::kFdLeak:
    case FindingKind::kThreadLeak:
    case FindingKind::kMappingLeak:
    case FindingKind::kGaugeGrowth:
      return 1;
    case FindingKind::kMemoryGrowth:
      return 2;
    default:
      return 3;
  }
}

/// Ascending: worst first, and of one fingerprint the best proven. Past that it only tells findings
/// apart, so that the order they came in never shows.
bool WorseFirst(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& finding) {
    return std::tuple(-static_cast<int>(finding.severity), KindRank(finding.kind),
                      -finding.impact.bytes_per_iteration.value_or(0),
                      std::tie(finding.fingerprint), -static_cast<int>(finding.evidence.size()),
                      std::tie(finding.tests, finding.scope_label, finding.location.file,
                               finding.location.line, finding.title, finding.cause));
  };
  return key(a) < key(b);
}

/// What holds the memory: variable and members, which tell two bugs apart that go through one line,
/// such as a helper that appends to the container it is given. Empty when unknown.
std::string HolderKey(const Finding& finding) {
  if (!finding.held_by || finding.held_by->is_foreign || finding.held_by->symbol.empty()) return "";
  const HeldBy& holder = *finding.held_by;
  std::string key = holder.symbol + "|" + holder.function;
  for (const RetentionStep& step : finding.retention_path) {
    if (!step.what.empty()) key += "|" + step.what;
  }
  return key;
}

/// Where and for what holder a function does something: each such pair of one fingerprint is a
/// finding.
using Site = std::tuple<std::string, int, std::string>;

Site SiteOf(const Finding& finding) {
  return {finding.location.file, finding.location.line, HolderKey(finding)};
}

/// The site of a finding. One whose holder is unknown goes with the first that is known there:
/// what another test has measured better.
std::set<Site>::const_iterator FindSite(const std::set<Site>& sites, const Finding& finding) {
  const Site own = SiteOf(finding);
  const auto found = sites.lower_bound(own);
  const bool is_known = found != sites.end() && std::get<0>(*found) == std::get<0>(own) &&
                        std::get<1>(*found) == std::get<1>(own);
  return is_known ? found : sites.end();
}

/// Where one function has several sites, each gets the ordinal of its line and holder.
void SetOrdinals(std::vector<Finding>* findings) {
  std::map<std::string, std::set<Site>> sites;
  for (const Finding& finding : *findings) {
    const std::string base = StackFingerprint(finding, 1);
    if (!base.empty()) sites[base].insert(SiteOf(finding));
  }
  for (auto& [base, all] : sites) {
    std::erase_if(all, [&, &of_base = all](const Site& site) {
      if (!std::get<2>(site).empty()) return false;
      const auto next = of_base.upper_bound(site);
      return next != of_base.end() && std::get<0>(*next) == std::get<0>(site) &&
             std::get<1>(*next) == std::get<1>(site);
    });
  }
  for (Finding& finding : *findings) {
    const auto found = sites.find(StackFingerprint(finding, 1));
    if (found == sites.end()) continue;
    const auto site = FindSite(found->second, finding);
    const auto ordinal = std::distance(found->second.cbegin(), site) + 1;
    finding.fingerprint = StackFingerprint(finding, static_cast<int>(ordinal));
  }
}

void KeepLarger(std::optional<std::int64_t>* kept, const std::optional<std::int64_t>& other) {
  if (other) *kept = std::max(kept->value_or(*other), *other);
}

constexpr std::string_view kAnotherCycle = "another cycle, in ";

/// Adds the cycle of `other` where it is another one: what different circles keep may be made by
/// one call, as a member's constructor, and then each has a member to weaken.
void AddOtherCycle(const Finding& other, Finding* finding) {
  std::vector<Evidence> lines;
  if (!finding->cycle.empty() && !other.cycle.empty() && other.cycle != finding->cycle) {
    const std::string weaken = other.weaken ? "; weaken " + other.weaken->member : "";
    lines.push_back({"trace", fmt::format("{}{}: {}{}", kAnotherCycle,
                                          other.tests.empty() ? "another test" : other.tests[0],
                                          CycleText(other.cycle), weaken)});
  }
  for (const Evidence& line : other.evidence) {
    if (line.text.starts_with(kAnotherCycle)) lines.push_back(line);
  }
  for (Evidence& line : lines) {
    const auto& known = finding->evidence;
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const Evidence& evidence) {
      return evidence.text == line.text;
    });
    if (!is_known) finding->evidence.push_back(std::move(line));
  }
}

/// What is known of the cause, which is told as a whole: by whoever is surest.
void UniteCauses(const Finding& other, Finding* finding) {
  const bool other_knows = other.pattern != Pattern::kUnknown;
  const bool knows = finding->pattern != Pattern::kUnknown;
  if (other_knows && (!knows || other.pattern_confidence > finding->pattern_confidence)) {
    finding->pattern = other.pattern;
    finding->pattern_confidence = other.pattern_confidence;
    finding->decided_by = other.decided_by;
    finding->sub_cause = other.sub_cause;
    if (other.fix) finding->fix = other.fix;
  }
  if (!finding->fix && other.pattern == finding->pattern) finding->fix = other.fix;
  if (other.waste && (!finding->waste || other.waste->bytes > finding->waste->bytes)) {
    finding->waste = other.waste;
  }
}

/// Adds what `other`, which is no worse, knows beyond `finding`. Title, cause and evidence stay
/// those of `finding`, so figures of another kind, which these do not speak of, are not taken.
void Unite(const Finding& other, Finding* finding) {
  for (const std::string& test : other.tests) {
    const auto& known = finding->tests;
    if (std::find(known.begin(), known.end(), test) == known.end()) finding->tests.push_back(test);
  }
  if (!other.scope_label.empty() &&
      finding->scope_label.find(other.scope_label) == std::string::npos) {
    finding->scope_label += (finding->scope_label.empty() ? "" : ", ") + other.scope_label;
  }
  if (finding->location.text.empty() && other.location.file == finding->location.file &&
      other.location.line == finding->location.line) {
    finding->location.text = other.location.text;
  }
  // What is new to the baseline for one part is new.
  if (other.baseline != BaselineState::kNoBaseline &&
      (finding->baseline == BaselineState::kNoBaseline || other.baseline < finding->baseline)) {
    finding->baseline = other.baseline;
  }
  if (other.kind != finding->kind) return;
  UniteCauses(other, finding);
  KeepLarger(&finding->impact.bytes_per_iteration, other.impact.bytes_per_iteration);
  KeepLarger(&finding->impact.blocks_per_iteration, other.impact.blocks_per_iteration);
  KeepLarger(&finding->impact.total_bytes, other.impact.total_bytes);
  KeepLarger(&finding->impact.peak_bytes, other.impact.peak_bytes);
  KeepLarger(&finding->impact.count, other.impact.count);
  if (!finding->growth) finding->growth = other.growth;
  AddOtherCycle(other, finding);
  if (!finding->held_by && finding->cycle.empty()) {
    finding->held_by = other.held_by;
    finding->retention_path = other.retention_path;
    finding->cycle = other.cycle;
    finding->cycle_count = other.cycle_count;
    finding->weaken = other.weaken;
  }
}

}  // namespace

std::vector<Finding> GroupFindings(std::vector<Finding> findings) {
  SetOrdinals(&findings);
  std::sort(findings.begin(), findings.end(), WorseFirst);
  std::vector<Finding> grouped;
  std::map<std::string, std::size_t> index;
  for (Finding& finding : findings) {
    const auto [found, is_new] = index.emplace(finding.fingerprint, grouped.size());
    if (is_new) {
      grouped.push_back(std::move(finding));
    } else {
      Unite(finding, &grouped[found->second]);
    }
  }
  // Impacts have grown, and with them the order.
  std::sort(grouped.begin(), grouped.end(), WorseFirst);
  return grouped;
}

}  // namespace memprof
