// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/gauge_findings.h"

#include <fmt/format.h>

#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "runner/diagnose/acquiring_places.h"
#include "runner/diagnose/advice.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/growing_places.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// A name as a fingerprint takes it: there digits count for nothing, and "gpu 0" is not "gpu 1".
std::string WithLettersForDigits(std::string name) {
  for (char& c : name) {
    if (c >= '0' && c <= '9') c = static_cast<char>('a' + (c - '0'));
  }
  return name;
}

/// What gauges of both kinds have in common. `values`: those that convicted.
Finding Make(const GaugeSeries& gauge, const std::vector<std::int64_t>& values,
             const GrowthResult& growth, const TestEvidence& evidence,
             const DiagnoseContext& context, const Thresholds& thresholds) {
  const Verdict verdict = *DecideGaugeGrowth(growth);
  Scope scope = evidence.scope;
  if (!evidence.triage.traced()) {
    QuantitySeries by_scope;
    by_scope.kept_by_scope = gauge.kept_by_scope;
    scope = ScopeOfGrowth(by_scope, thresholds.growth.warm_up);
  }
  Finding finding;
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  if (scope == Scope::kTest) finding.location = TestLine(evidence.test, context);
  finding.impact.count = WholePerRun(growth.slope);
  finding.growth = ReportedSeries(values, growth, /*from_zero=*/false);
  Attribute(scope, evidence.test, context, &finding);
  finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(scope, evidence.test),
                                         WithLettersForDigits(gauge.name));
  return finding;
}

std::string FromTo(const std::vector<std::int64_t>& values, const GrowthResult& growth) {
  return fmt::format("{}, from {} to {}", RoseText(growth),
                     HumanCount(ValueBeforeSteps(values, growth)), HumanCount(values.back()));
}

Finding ReadGauge(const GaugeSeries& gauge, const GrowthResult& growth,
                  const TestEvidence& evidence, const DiagnoseContext& context,
                  const Thresholds& thresholds) {
  Finding finding = Make(gauge, gauge.values, growth, evidence, context, thresholds);
  finding.title =
      fmt::format("gauge '{}' grows by {} a run", gauge.name, HumanCount(*finding.impact.count));
  finding.cause =
      "Each run leaves the gauge higher than it was: what it counts is taken and not given back.";
  finding.evidence.push_back(
      {"listener", fmt::format("'{}' {}", gauge.name, FromTo(gauge.values, growth))});
  return finding;
}

/// "`sqlite3_close` or `sqlite3_close_v2`".
std::string AnyOf(const std::vector<std::string>& functions) {
  return fmt::format("`{}`", fmt::join(functions, "` or `"));
}

std::string WhyNotReleased(const GaugeSeries& gauge) {
  if (gauge.releases.empty()) {
    return fmt::format(
        "Each run announces a {} with Acquire that no Release has taken back when it ends.",
        gauge.name);
  }
  return fmt::format(
      "Each run acquires a {} that is still there when it ends: {} was not called "
      "for it.",
      gauge.name, AnyOf(gauge.releases));
}

Finding NotReleased(const GaugeSeries& gauge, const std::vector<std::int64_t>& values,
                    const GrowthResult& growth, const TestEvidence& evidence,
                    const DiagnoseContext& context, const Thresholds& thresholds) {
  Finding finding = Make(gauge, values, growth, evidence, context, thresholds);
  finding.pattern = Pattern::kObjectNotReleased;
  finding.pattern_confidence = Confidence::kHigh;
  finding.title = fmt::format("object not released: +{} {} per run",
                              HumanCount(*finding.impact.count), gauge.name);
  finding.cause = WhyNotReleased(gauge);
  finding.fix = FixForNotReleased(gauge.releases);
  return finding;
}

/// All objects of one kind that are acquired at one line.
struct ObjectPlace {
  Place place;
  std::vector<std::int64_t> values;
};

std::vector<ObjectPlace> PlacesOf(const std::string& kind, const TestEvidence& evidence,
                                  const DiagnoseContext& context) {
  std::vector<ObjectPlace> places;
  std::map<PlaceKey, std::size_t> known;
  for (const TracedObjects& objects : evidence.triage.objects) {
    if (objects.kind != kind || objects.stack.empty()) continue;
    Place place = PlaceOf(objects.stack, evidence.scope, evidence.test, context);
    const auto [at, is_new] = known.emplace(KeyOf(place), places.size());
    if (is_new) places.push_back({std::move(place), {}});
    std::vector<std::int64_t>& sum = places[at->second].values;
    if (sum.size() < objects.values.size()) sum.resize(objects.values.size());
    for (std::size_t i = 0; i < objects.values.size(); ++i) sum[i] += objects.values[i];
  }
  return places;
}

/// What is allocated at the line goes with the object: it is said here.
void TellMemoryOfTheLine(const Place& place, const TestEvidence& evidence,
                         const DiagnoseContext& context, const Thresholds& thresholds,
                         Finding* finding) {
  if (!place.located) return;
  for (const TracedPlace& each : TracedPlaces(evidence, context)) {
    const double rise = SlopeAfterWarmUp(each.bytes, thresholds.growth.warm_up);
    if (rise <= 0 || !each.place.located || KeyOf(each.place) != KeyOf(place)) continue;
    finding->evidence.push_back(
        {"trace", fmt::format("+{} per run of memory is allocated at this line and goes with it",
                              HumanBytes(WholePerRun(rise)))});
  }
}

void AddObjects(const GaugeSeries& gauge, const TestEvidence& evidence,
                const DiagnoseContext& context, const Thresholds& thresholds,
                std::vector<Finding>* findings) {
  double told = 0;
  for (const ObjectPlace& each : PlacesOf(gauge.name, evidence, context)) {
    const GrowthResult growth = ClassifyGrowth(each.values, thresholds.growth);
    if (!growth.growing) continue;
    told += growth.slope;
    Finding finding = NotReleased(gauge, each.values, growth, evidence, context, thresholds);
    finding.location = each.place.finding.location;
    finding.stack = each.place.finding.stack;
    finding.scope_label = each.place.scope_label;
    finding.evidence.push_back(
        {"trace", fmt::format("acquired here: {}, {} left after the last", RoseText(growth),
                              HumanCount(each.values.back()))});
    TellMemoryOfTheLine(each.place, evidence, context, thresholds, &finding);
    if (const std::string own = StackFingerprint(finding, 1); !own.empty()) {
      finding.fingerprint = own;
    }
    findings->push_back(std::move(finding));
  }
  const GrowthResult growth = ClassifyGrowth(gauge.values, thresholds.growth);
  // The slopes of parts need not add up exactly.
  if (!growth.growing || growth.slope - told < 0.5) return;
  Finding rest = NotReleased(gauge, gauge.values, growth, evidence, context, thresholds);
  rest.evidence.push_back({"listener", fmt::format("objects of the kind '{}' {}", gauge.name,
                                                   FromTo(gauge.values, growth))});
  if (told > 0) {
    rest.evidence.push_back({"trace", "other lines that acquire them have findings of their own"});
  }
  findings->push_back(std::move(rest));
}

}  // namespace

std::vector<Finding> GaugeFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                   const Thresholds& thresholds) {
  std::vector<Finding> findings;
  for (const GaugeSeries& gauge : evidence.triage.series->gauges) {
    if (!gauge.measured) continue;
    if (gauge.kind == record::kPairGauge) {
      AddObjects(gauge, evidence, context, thresholds, &findings);
      continue;
    }
    const GrowthResult growth = ClassifyGrowth(gauge.values, thresholds.growth);
    if (!growth.growing) continue;
    findings.push_back(ReadGauge(gauge, growth, evidence, context, thresholds));
  }
  return findings;
}

std::vector<NotMeasured> GaugeGaps(const TestEvidence& evidence) {
  std::vector<NotMeasured> gaps;
  if (evidence.scope != Scope::kTest || !evidence.triage.series) return gaps;
  for (const GaugeSeries& gauge : evidence.triage.series->gauges) {
    // Functions that nothing calls where we see it are told once, of the whole run.
    if (gauge.measured || gauge.kind == record::kPairGauge) continue;
    gaps.push_back({"gauge", evidence.test.FullName(),
                    fmt::format("gauge '{}' gave no value in some runs", gauge.name)});
  }
  return gaps;
}

}  // namespace memprof
