// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/memory_growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

constexpr std::size_t kOtherSitesShown = 5;

/// All growing sites at one place of the user's code.
struct GrowingPlace {
  Finding finding;  ///< with stack and location alone
  bool located = false;
  Scope scope = Scope::kTest;
  std::int64_t bytes_per_run = 0;
  double share = 0;
};

using FileLine = std::pair<std::string, int>;

std::set<FileLine> LostPlaces(const TestEvidence& evidence, const DiagnoseContext& context) {
  std::set<FileLine> places;
  if (!evidence.confirm.lost) return places;
  for (const LostSite& site : *evidence.confirm.lost) {
    if (!site.recurs) continue;  // something else at that line may grow
    const Stack stack = ReportedStack(site.stack, context.source_root);
    if (const Frame* user = UserFrame(stack)) places.insert({user->file, user->line});
  }
  return places;
}

/// Places that grow and lose nothing, most growth first.
/// The lines where resources that grow are acquired: what else is allocated there comes with them.
std::set<FileLine> AcquiringPlaces(const TestEvidence& evidence, const DiagnoseContext& context,
                                   const Thresholds& thresholds) {
  std::set<FileLine> places;
  for (const ResourcePlace& place : ResourcePlaces(evidence, thresholds)) {
    const Stack stack = ReportedStack(place.stack, context.source_root);
    if (const Frame* user = UserFrame(stack)) places.insert({user->file, user->line});
  }
  return places;
}

std::vector<GrowingPlace> PlacesOf(const TestEvidence& evidence, const DiagnoseContext& context,
                                   const Thresholds& thresholds, bool* resources_explain) {
  std::vector<GrowingPlace> sorted;
  if (!evidence.confirm.growing) return sorted;
  const std::set<FileLine> lost = LostPlaces(evidence, context);
  const std::set<FileLine> acquiring = AcquiringPlaces(evidence, context, thresholds);
  *resources_explain = !acquiring.empty();
  std::vector<const GrowingSite*> sites;
  for (const GrowingSite& site : *evidence.confirm.growing) sites.push_back(&site);
  // The stack of a place is that of its largest site, whatever order they came in.
  std::stable_sort(sites.begin(), sites.end(), [](const GrowingSite* a, const GrowingSite* b) {
    if (a->bytes_per_run != b->bytes_per_run) return a->bytes_per_run > b->bytes_per_run;
    return FunctionsOf(a->stack) < FunctionsOf(b->stack);
  });
  std::map<std::tuple<Scope, std::string, int, std::string>, GrowingPlace> places;
  for (const GrowingSite* site : sites) {
    GrowingPlace place;
    place.located = Locate(site->stack, evidence.test, context, &place.finding);
    const Location& at = place.finding.location;
    if (place.located && lost.contains({at.file, at.line})) continue;
    if (place.located && acquiring.contains({at.file, at.line})) continue;
    place.scope = ScopeOfStack(site->stack);
    const std::tuple<Scope, std::string, int, std::string> key = {
        place.scope, at.file, at.line, place.located ? "" : FunctionsOf(place.finding.stack)};
    GrowingPlace& known = places.try_emplace(key, std::move(place)).first->second;
    known.bytes_per_run += site->bytes_per_run;
    known.share += site->share_of_growth;
  }
  for (auto& [key, place] : places) sorted.push_back(std::move(place));
  std::stable_sort(sorted.begin(), sorted.end(), [](const GrowingPlace& a, const GrowingPlace& b) {
    return a.bytes_per_run > b.bytes_per_run;
  });
  return sorted;
}

struct LostPerRun {
  std::int64_t blocks = 0;
  double allocator_bytes = 0;  ///< what glibc's malloc sets aside for them
};

LostPerRun SumOfLost(const TestEvidence& evidence) {
  LostPerRun sum;
  if (!evidence.confirm.lost) return sum;
  for (const LostSite& site : *evidence.confirm.lost) {
    if (!site.recurs || site.blocks_per_run <= 0) continue;
    const std::int64_t size = site.bytes_per_run / site.blocks_per_run;
    const std::int64_t usable = size <= 24 ? 24 : (size + 8 + 15) / 16 * 16 - 8;
    sum.blocks += site.blocks_per_run;
    sum.allocator_bytes += static_cast<double>(usable * site.blocks_per_run);
  }
  return sum;
}

std::string Cause(const TestEvidence& evidence, const Thresholds& thresholds, bool located,
                  bool sites_seen) {
  std::string cause =
      "Memory that is still in use rises run after run and is not given back: something that "
      "outlives a run keeps taking more.";
  const QuantitySeries& threads = evidence.triage.series->Of(Quantity::kThreads);
  if (threads.measured && ClassifyGrowth(threads.values, thresholds.growth).growing) {
    cause +=
        " The same test leaves threads running, and what they use cannot be freed: end these "
        "first.";
  }
  if (located) return cause;
  cause += " The line is that of the test; which call it is could not be told: ";
  if (!evidence.confirm.growing) {
    cause += "massif did not measure it (" + evidence.confirm.growing.why_not() + ").";
  } else if (sites_seen) {
    cause += "the stack of the call that grows most names no file below the source root.";
  } else {
    cause += fmt::format("massif saw no call whose memory rises in {}.",
                         Counted(evidence.confirm.massif_snapshots, "snapshot"));
  }
  return cause;
}

void AddToolEvidence(const TestEvidence& evidence, const GrowingPlace* place, Finding* finding) {
  const ConfirmEvidence& confirm = evidence.confirm;
  if (!confirm.growing) {
    finding->evidence.push_back({"massif", "not measured: " + confirm.growing.why_not()});
  } else if (place != nullptr) {
    finding->evidence.push_back(
        {"massif", fmt::format("+{} per run (requested bytes) at this call over {}, {:.0f} % of "
                               "the growth",
                               HumanBytes(place->bytes_per_run),
                               Counted(confirm.massif_snapshots, "snapshot"), place->share * 100)});
  } else {
    finding->evidence.push_back(
        {"massif",
         fmt::format("no call rises in {}", Counted(confirm.massif_snapshots, "snapshot"))});
  }
  if (!confirm.lost) {
    finding->evidence.push_back({"lsan", "not measured: " + confirm.lost.why_not()});
  } else if (confirm.lost->empty()) {
    finding->evidence.push_back({"lsan", "nothing unreachable: something still refers to it"});
  } else {
    finding->evidence.push_back(
        {"lsan", "what is unreachable does not account for this; it has findings of its own"});
  }
}

void AddOtherPlaces(const std::vector<const GrowingPlace*>& places, Finding* finding) {
  for (std::size_t i = 1; i < places.size() && i <= kOtherSitesShown; ++i) {
    const Location& at = places[i]->finding.location;
    const std::string where = places[i]->located
                                  ? fmt::format("{} {}:{}", at.function, at.file, at.line)
                                  : "a call outside the source root";
    finding->evidence.push_back({"massif", fmt::format("also rises: {}, +{} per run", where,
                                                       HumanBytes(places[i]->bytes_per_run))});
  }
  if (places.size() > kOtherSitesShown + 1) {
    const auto more = static_cast<std::int64_t>(places.size() - kOtherSitesShown - 1);
    finding->evidence.push_back({"massif", "+" + Counted(more, "more site")});
  }
}

std::string Followed(const TestEvidence& evidence, Severity severity) {
  const int runs = evidence.triage.series->iterations;
  if (severity == Severity::kCritical) {
    return fmt::format(", no bound seen in {}", Counted(runs, "run"));
  }
  const std::string& why = evidence.triage.ended_early;
  return fmt::format("; followed for only {}{}", Counted(runs, "run"),
                     why.empty() ? "" : " (" + why + ")");
}

/// `places`: those of one scope, most growth first; empty when massif named none.
Finding Make(const std::vector<const GrowingPlace*>& places, Scope scope, std::int64_t per_run,
             const GrowthResult& growth, const TestEvidence& evidence,
             const DiagnoseContext& context, const Thresholds& thresholds) {
  const ProcessSeries& series = *evidence.triage.series;
  const std::vector<std::int64_t>& live = series.Of(Quantity::kBytes).values;
  const Verdict verdict = *DecideGrowth(Quantity::kBytes, growth, series.iterations, thresholds);

  const GrowingPlace* place = places.empty() ? nullptr : places.front();
  Finding finding;
  if (place != nullptr) finding = place->finding;
  if (place == nullptr) finding.location = TestLine(evidence.test, context);
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  finding.title = fmt::format("memory grows: +{} per run{}", HumanBytes(per_run),
                              Followed(evidence, verdict.severity));
  Attribute(scope, evidence.test, context, &finding);
  finding.impact.bytes_per_iteration = per_run;
  finding.growth = ReportedSeries(live, growth, /*from_zero=*/true);
  finding.impact.total_bytes = live.back() - live.front();
  finding.cause = Cause(evidence, thresholds, place != nullptr && place->located, place != nullptr);
  finding.evidence.push_back(
      {"listener", fmt::format("live bytes {}, by {} in all{}", RoseText(growth),
                               HumanBytes(live.back() - ValueBeforeSteps(live, growth)),
                               place == nullptr ? "; sizes are the allocator's" : "")});
  AddToolEvidence(evidence, place, &finding);
  AddOtherPlaces(places, &finding);
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(scope, evidence.test), "growing");
  }
  return finding;
}

}  // namespace

bool LostExplainsGrowth(const TestEvidence& evidence, const Thresholds& thresholds) {
  const LostPerRun lost = SumOfLost(evidence);
  if (lost.blocks == 0) return false;
  const ProcessSeries& series = *evidence.triage.series;
  const int warm_up = thresholds.growth.warm_up;
  const double bytes = SlopeAfterWarmUp(series.Of(Quantity::kBytes).values, warm_up);
  const double blocks = SlopeAfterWarmUp(series.live_blocks, warm_up);
  const double bytes_left = bytes - lost.allocator_bytes;
  const double blocks_left = blocks - static_cast<double>(lost.blocks);
  return bytes_left <= 0 || (blocks_left < 0.5 && bytes_left < 0.25 * bytes) ||
         (blocks_left < 1 && bytes_left < 0.1 * bytes);
}

std::vector<Finding> GrowthFindings(const TestEvidence& evidence, const GrowthResult& growth,
                                    const DiagnoseContext& context, const Thresholds& thresholds) {
  const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
  bool resources_explain = false;
  const std::vector<GrowingPlace> places =
      PlacesOf(evidence, context, thresholds, &resources_explain);
  std::vector<Finding> findings;
  // Nothing is left but what threads, files and directories bring along: they are the finding.
  if (places.empty() && resources_explain) return findings;
  if (places.empty()) {
    const Scope scope = ScopeOfGrowth(live, thresholds.growth.warm_up);
    const double left = growth.slope - SumOfLost(evidence).allocator_bytes;
    findings.push_back(Make({}, scope, WholePerRun(left), growth, evidence, context, thresholds));
    return findings;
  }
  for (const Scope scope : {Scope::kTest, Scope::kSuite, Scope::kProgram}) {
    std::vector<const GrowingPlace*> own;
    std::int64_t per_run = 0;
    for (const GrowingPlace& place : places) {
      if (place.scope != scope) continue;
      own.push_back(&place);
      per_run += place.bytes_per_run;
    }
    // What libraries keep beside the growth that convicted has no finding of its own.
    const bool worth = !own.empty() && (own.front() == &places.front() || own.front()->located);
    if (worth) {
      findings.push_back(Make(own, scope, std::max<std::int64_t>(per_run, 1), growth, evidence,
                              context, thresholds));
    }
  }
  return findings;
}

}  // namespace memprof
