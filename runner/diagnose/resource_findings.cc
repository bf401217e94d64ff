// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/resource_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "runner/diagnose/advice.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kNamesShown = 3;

/// What the identities of descriptors say of a growth.
struct GrowingDescriptors {
  std::vector<std::int64_t> counts;  ///< of those that grow, summed up
  double per_run = 0;
  std::set<std::string> growing;  ///< targets
  std::set<std::string> risen;    ///< targets that rose without growing: each run opens another
};

GrowingDescriptors FindGrowingDescriptors(const ProcessSeries& series, const GrowthRule& rule) {
  GrowingDescriptors found;
  for (const IdentitySeries& identity : series.descriptors) {
    if (identity.counts.empty()) continue;
    const GrowthResult growth = ClassifyGrowth(identity.counts, rule);
    if (growth.growing) {
      found.growing.insert(identity.target);
      found.per_run += growth.slope;
      found.counts.resize(identity.counts.size());
      for (std::size_t i = 0; i < identity.counts.size(); ++i) {
        found.counts[i] += identity.counts[i];
      }
    } else if (identity.counts.back() > identity.counts.front()) {
      found.risen.insert(identity.target);
    }
  }
  return found;
}

/// "/tmp/app.conf", "socket ×44, +2 more kinds".
std::string Names(const std::set<std::string>& targets) {
  std::map<std::string, std::vector<std::string>> kinds;
  for (const std::string& target : targets) kinds[DescriptorKind(target)].push_back(target);
  std::vector<std::string> names;
  for (const auto& [kind, members] : kinds) {
    if (names.size() == kNamesShown) break;
    const bool is_path = members.front().starts_with('/');
    if (members.size() == 1) {
      names.push_back(is_path ? members.front() : kind);
    } else {
      names.push_back(fmt::format("{} ×{}", kind, members.size()));
    }
  }
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (kinds.size() > names.size()) {
    text += fmt::format(
        ", +{}", Counted(static_cast<std::int64_t>(kinds.size() - names.size()), "more kind"));
  }
  return text;
}

/// For the fingerprint. A path that only rose may be a temporary file of another name each time,
/// so its directory stands for it.
std::string KindsOf(const GrowingDescriptors& descriptors) {
  std::set<std::string> kinds;
  for (const std::string& target : descriptors.growing) kinds.insert(DescriptorKind(target));
  if (kinds.empty()) {
    for (const std::string& target : descriptors.risen) {
      const bool is_path = target.starts_with('/');
      kinds.insert(DescriptorKind(is_path ? target.substr(0, target.rfind('/') + 1) : target));
    }
  }
  return fmt::format("{}", fmt::join(kinds, "|"));
}

/// One growing quantity, ready to be told.
struct Growing {
  Quantity quantity = Quantity::kBytes;
  GrowthResult growth;
  std::vector<std::int64_t> values;
  std::int64_t per_run = 0;
  std::string title;
  std::string noun;  ///< "open descriptors"
  std::string cause;
  std::string detail;  ///< for the fingerprint
  Pattern pattern = Pattern::kHandleNotClosed;
};

std::string Amount(Quantity quantity, std::int64_t value) {
  return quantity == Quantity::kMappedBytes ? HumanBytes(value) : HumanCount(value);
}

/// The memory that comes with a resource tells where it is acquired; without it that is unknown
/// here, and the finding stays at the TEST line.
void LocateByMemory(Quantity quantity, const TestEvidence& evidence, const DiagnoseContext& context,
                    const Thresholds& thresholds, Finding* finding) {
  bool is_located = false;
  for (const ResourcePlace& place : ResourcePlaces(evidence, thresholds)) {
    if (place.memory.quantity != quantity) continue;
    Finding located;
    if (!Locate(place.stack, evidence.test, context, &located)) continue;
    const Location& at = located.location;
    if (!place.memory.acquired_here) {
      const char* whose = quantity == Quantity::kThreads ? "is allocated by these threads"
                                                         : "is for the buffers of these files";
      finding->evidence.push_back(
          {place.source, fmt::format("+{} per run {}: {} {}:{}", HumanBytes(place.bytes_per_run),
                                     whose, at.function, at.file, at.line)});
      continue;
    }
    if (is_located) continue;
    is_located = true;
    finding->location = at;
    finding->stack = located.stack;
    finding->evidence.push_back(
        {place.source, fmt::format("acquired here: +{} per run that it takes for itself",
                                   HumanBytes(place.bytes_per_run))});
  }
}

Finding Make(const Growing& growing, const TestEvidence& evidence, const DiagnoseContext& context,
             const Thresholds& thresholds) {
  const ProcessSeries& series = *evidence.triage.series;
  const Verdict verdict =
      *DecideGrowth(growing.quantity, growing.growth, series.iterations, thresholds);
  const Scope scope = ScopeOfGrowth(series.Of(growing.quantity), thresholds.growth.warm_up);
  Finding finding;
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  finding.pattern = growing.pattern;
  finding.title = growing.title;
  finding.location = TestLine(evidence.test, context);
  LocateByMemory(growing.quantity, evidence, context, thresholds, &finding);
  if (growing.quantity == Quantity::kMappedBytes) {
    finding.impact.bytes_per_iteration = growing.per_run;
    finding.impact.total_bytes = growing.values.back() - growing.values.front();
  } else {
    finding.impact.count = growing.per_run;
  }
  finding.growth = ReportedSeries(growing.values, growing.growth, /*from_zero=*/false);
  finding.cause = growing.cause;
  finding.evidence.push_back(
      {"listener",
       fmt::format("{} {}, from {} to {}", growing.noun, RoseText(growing.growth),
                   Amount(growing.quantity, ValueBeforeSteps(growing.values, growing.growth)),
                   Amount(growing.quantity, growing.values.back()))});
  finding.fix = FixFor(finding.kind, finding.pattern);
  Attribute(scope, evidence.test, context, &finding);
  finding.fingerprint =
      OwnerFingerprint(finding.kind, OwnerOf(scope, evidence.test), growing.detail);
  return finding;
}

std::optional<Growing> GrowingDescriptorsOf(const ProcessSeries& series,
                                            const Thresholds& thresholds) {
  const QuantitySeries& total = series.Of(Quantity::kDescriptors);
  if (!total.measured) return std::nullopt;
  const GrowthResult growth = ClassifyGrowth(total.values, thresholds.growth);
  GrowingDescriptors found = FindGrowingDescriptors(series, thresholds.growth);
  if (!growth.growing && found.growing.empty()) return std::nullopt;

  Growing growing;
  growing.quantity = Quantity::kDescriptors;
  growing.detail = KindsOf(found);
  std::set<std::string> named = found.growing;
  if (growth.growing) {
    growing.growth = growth;
    growing.values = total.values;
    growing.noun = "open descriptors";
    growing.per_run = WholePerRun(std::max(growth.slope, found.per_run));
    // What the identities that grow leave over is by those that each rose a little.
    if (named.empty() || growth.slope - found.per_run >= 0.5) named.merge(found.risen);
  } else {
    growing.growth = ClassifyGrowth(found.counts, thresholds.growth);
    // A sum may smooth what each of its parts shows; each has convicted by itself.
    growing.growth.growing = true;
    growing.values = found.counts;
    growing.noun = "descriptors of " + Names(named);
    growing.per_run = WholePerRun(found.per_run);
  }
  growing.title = fmt::format("descriptors left open: +{} per run{}", HumanCount(growing.per_run),
                              named.empty() ? "" : " (" + Names(named) + ")");
  growing.cause =
      "Each run opens descriptors that are still open when it ends. A process may only hold so "
      "many; then every open, accept and fork begins to fail.";
  return growing;
}

/// What all quantities that are told by their total alone have in common.
std::optional<Growing> GrowingTotalOf(Quantity quantity, const ProcessSeries& series,
                                      const Thresholds& thresholds) {
  const QuantitySeries& total = series.Of(quantity);
  if (!total.measured) return std::nullopt;
  Growing growing;
  growing.quantity = quantity;
  growing.growth = ClassifyGrowth(total.values, thresholds.growth);
  if (!growing.growth.growing) return std::nullopt;
  growing.values = total.values;
  growing.per_run = WholePerRun(growing.growth.slope);
  return growing;
}

std::optional<Growing> GrowingThreadsOf(const ProcessSeries& series, const Thresholds& thresholds) {
  std::optional<Growing> growing = GrowingTotalOf(Quantity::kThreads, series, thresholds);
  if (!growing) return growing;
  growing->title = fmt::format("threads left running: +{} per run", HumanCount(growing->per_run));
  growing->noun = "running threads";
  growing->cause =
      "Each run starts threads that have not ended when it is over. Each holds its stack, and "
      "what it refers to can never be freed.";
  growing->pattern = Pattern::kThreadNotJoined;
  return growing;
}

std::optional<Growing> GrowingMappingsOf(const ProcessSeries& series,
                                         const Thresholds& thresholds) {
  std::optional<Growing> growing = GrowingTotalOf(Quantity::kMappedBytes, series, thresholds);
  if (!growing) return growing;
  growing->title = fmt::format("mappings left: +{} per run", HumanBytes(growing->per_run));
  growing->noun = "mapped bytes";
  growing->cause =
      "Each run maps memory or files with mmap and does not unmap all of it. The address space "
      "that it takes is never given back.";
  return growing;
}

}  // namespace

std::string DescriptorKind(std::string_view target) {
  if (target.starts_with('/')) return WithoutDigits(target);
  const std::size_t bracket = target.find(":[");
  if (bracket == std::string_view::npos || !target.ends_with(']')) return WithoutDigits(target);
  // "anon_inode:[eventpoll]" names what it is; "socket:[12345]" names its number.
  const std::string_view type = target.substr(0, bracket);
  if (type != "anon_inode") return WithoutDigits(type);
  return WithoutDigits(target.substr(bracket + 2, target.size() - bracket - 3));
}

std::vector<Finding> ResourceFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                      const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.triage.series) return findings;
  const ProcessSeries& series = *evidence.triage.series;
  for (const auto& growing :
       {GrowingDescriptorsOf(series, thresholds), GrowingThreadsOf(series, thresholds),
        GrowingMappingsOf(series, thresholds)}) {
    if (growing) findings.push_back(Make(*growing, evidence, context, thresholds));
  }
  return findings;
}

}  // namespace memprof
