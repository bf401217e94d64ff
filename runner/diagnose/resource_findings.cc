// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/resource_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/advice.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/growing_places.h"
#include "runner/diagnose/growing_resource.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

std::string Amount(Quantity quantity, std::int64_t value) {
  return quantity == Quantity::kMappedBytes ? HumanBytes(value) : HumanCount(value);
}

/// The memory that comes with a resource tells where it is acquired, where nothing better does.
/// `is_located`: it does not move a finding that has its place.
void LocateByMemory(Quantity quantity, bool is_located, const TestEvidence& evidence,
                    const DiagnoseContext& context, const Thresholds& thresholds,
                    Finding* finding) {
  for (const ResourcePlace& place : ResourcePlaces(evidence, thresholds)) {
    if (place.memory.quantity != quantity) continue;
    Finding located;
    if (!Locate(place.stack, evidence.test, context, &located)) continue;
    const Location& at = located.location;
    if (!place.memory.acquired_here) {
      const char* whose = place.held_by_threads ? "is held by the stacks of threads alone"
                          : quantity == Quantity::kThreads ? "is allocated by these threads"
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

const char* Acquired(Quantity quantity) {
  switch (quantity) {
    case Quantity::kThreads:
      return "created";
    case Quantity::kMappedBytes:
      return "mapped";
    default:
      return "opened";
  }
}

/// Moves the finding to the first place, and names the others.
void LocateAt(const std::vector<const AcquiringPlace*>& places, Quantity quantity,
              Finding* finding) {
  const AcquiringPlace& first = *places.front();
  finding->location = first.place.finding.location;
  finding->stack = first.place.finding.stack;
  finding->evidence.push_back(
      {"trace", fmt::format("{} here: {}, {} left after the last", Acquired(quantity),
                            RoseText(first.growth), Amount(quantity, first.values.back()))});
  std::vector<std::string> texts;
  for (const AcquiringPlace* each : places) {
    texts.push_back(fmt::format("also {} at: {}, {} left", Acquired(quantity),
                                PlaceText(each->place), Amount(quantity, each->values.back())));
  }
  AddOtherPlaces("trace", texts, finding);
}

/// What is allocated at the line has no finding of its own: it is said here.
void TellMemoryOfTheLine(const Place& place, const TestEvidence& evidence,
                         const DiagnoseContext& context, const Thresholds& thresholds,
                         Finding* finding) {
  for (const TracedPlace& each : TracedPlaces(evidence, context)) {
    const double rise = SlopeAfterWarmUp(each.bytes, thresholds.growth.warm_up);
    if (rise <= 0 || !each.place.located || KeyOf(each.place) != KeyOf(place)) continue;
    finding->evidence.push_back(
        {"trace", fmt::format("+{} per run of memory is allocated at this line and goes with it",
                              HumanBytes(WholePerRun(rise)))});
  }
}

/// Whose code opened them; empty where no stack tells.
std::optional<Scope> LocateByOpenDescriptors(const TestEvidence& evidence,
                                             const DiagnoseContext& context, Finding* finding) {
  const std::vector<OpenPlace> places = OpenPlaces(evidence, context);
  const auto located = std::find_if(places.begin(), places.end(),
                                    [](const OpenPlace& each) { return each.place.located; });
  if (located == places.end()) return std::nullopt;
  finding->location = located->place.finding.location;
  finding->stack = located->place.finding.stack;
  const auto text = [&](const OpenPlace& each) {
    return fmt::format("{} of {} open after {}", HumanCount(each.count),
                       each.targets.empty() ? "one kind" : TargetNames(each.targets),
                       Counted(evidence.confirm.track_fds_runs, "run"));
  };
  finding->evidence.push_back({"valgrind-fds", "opened here: " + text(*located)});
  std::vector<std::string> texts = {""};
  for (const OpenPlace& each : places) {
    if (&each != &*located) {
      texts.push_back(fmt::format("also opened at: {}, {}", PlaceText(each.place), text(each)));
    }
  }
  AddOtherPlaces("valgrind-fds", texts, finding);
  return located->place.scope;
}

/// `places`: of the trace, that account for it; empty when none does.
Finding Make(const GrowingResource& growing, const std::vector<const AcquiringPlace*>& places,
             const TestEvidence& evidence, const DiagnoseContext& context,
             const Thresholds& thresholds) {
  const ProcessSeries& series = *evidence.triage.series;
  const bool traced = evidence.triage.traced();
  GrowthResult growth = growing.growth;
  growth.growing = true;  // by the total, an identity or a stack: one of them convicted
  const Verdict verdict = *DecideGrowth(growing.quantity, growth, series.iterations, thresholds);
  Scope scope = traced ? evidence.scope
                       : ScopeOfGrowth(series.Of(growing.quantity), thresholds.growth.warm_up);
  Finding finding;
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  finding.pattern = growing.pattern;
  finding.title = growing.title;
  finding.cause = growing.cause;
  if (scope == Scope::kTest) finding.location = TestLine(evidence.test, context);
  bool is_located = !places.empty();
  if (is_located) {
    LocateAt(places, growing.quantity, &finding);
    TellMemoryOfTheLine(places.front()->place, evidence, context, thresholds, &finding);
  } else if (growing.quantity == Quantity::kDescriptors) {
    // The plugin may notice them as late as when the iteration ends; the stack knows the test.
    if (const auto opener = LocateByOpenDescriptors(evidence, context, &finding)) {
      is_located = true;
      scope = *opener;
    }
  }
  LocateByMemory(growing.quantity, is_located, evidence, context, thresholds, &finding);
  if (traced && finding.stack.empty()) {
    finding.cause += fmt::format(" They are {} by a call that memprof does not see.",
                                 Acquired(growing.quantity));
  }
  if (growing.quantity == Quantity::kMappedBytes) {
    finding.impact.bytes_per_iteration = growing.per_run;
    finding.impact.total_bytes = growing.values.back() - growing.values.front();
  } else {
    finding.impact.count = growing.per_run;
  }
  finding.growth = ReportedSeries(growing.values, growth, /*from_zero=*/false);
  if (!growing.noun.empty()) {
    finding.evidence.push_back(
        {"listener",
         fmt::format("{} {}, from {} to {}", growing.noun, RoseText(growing.growth),
                     Amount(growing.quantity, ValueBeforeSteps(growing.values, growing.growth)),
                     Amount(growing.quantity, growing.values.back()))});
  }
  finding.fix = FixFor(finding.kind, finding.pattern);
  Attribute(scope, evidence.test, context, &finding);
  if (!places.empty()) finding.scope_label = places.front()->place.scope_label;
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint =
        OwnerFingerprint(finding.kind, OwnerOf(scope, evidence.test), growing.detail);
  }
  return finding;
}

/// With a trace: the lines that grow by themselves, and what these leave over of the total.
void AddFindings(Quantity quantity, const TestEvidence& evidence, const DiagnoseContext& context,
                 const Thresholds& thresholds, std::vector<Finding>* findings) {
  std::optional<GrowingResource> total =
      GrowingTotal(quantity, *evidence.triage.series, thresholds);
  const std::vector<AcquiringPlace> places =
      AcquiringPlaces(quantity, evidence, context, thresholds);
  std::vector<const AcquiringPlace*> risen;
  bool some_grow = false;
  for (const AcquiringPlace& place : places) {
    if (place.growth.growing) {
      some_grow = true;
      findings->push_back(
          Make(GrowingAt(place, quantity), {&place}, evidence, context, thresholds));
    } else if (place.slope > 0) {
      risen.push_back(&place);
    }
  }
  if (!total) return;
  const double unseen = UnseenPerRun(quantity, evidence, thresholds);
  if (unseen <= 0 && some_grow) return;
  // Each line takes its turn: only their sum grows by the rule.
  if (unseen <= 0) {
    findings->push_back(Make(*total, risen, evidence, context, thresholds));
    return;
  }
  if (some_grow || !risen.empty()) {
    total->per_run = WholePerRun(unseen);
    DescribeGrowth({}, &*total);
  }
  findings->push_back(Make(*total, {}, evidence, context, thresholds));
}

}  // namespace

std::vector<Finding> ResourceFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                      const Thresholds& thresholds) {
  std::vector<Finding> findings;
  if (!evidence.triage.series) return findings;
  for (const Quantity quantity :
       {Quantity::kDescriptors, Quantity::kThreads, Quantity::kMappedBytes}) {
    AddFindings(quantity, evidence, context, thresholds, &findings);
  }
  return findings;
}

}  // namespace memprof
