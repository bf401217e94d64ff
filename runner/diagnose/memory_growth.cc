// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/memory_growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/growing_places.h"
#include "runner/diagnose/growth_reach.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// What a thread of glibc's takes for itself: its local storage and the like. Few libraries have
/// more of it.
constexpr double kBytesOfAThread = 1024;

struct LostPerRun {
  std::int64_t blocks = 0;
  /// In the sizes that the series is of: those requested by the trace, else what glibc's malloc
  /// sets aside for them.
  double bytes = 0;
};

LostPerRun SumOfLost(const TestEvidence& evidence) {
  LostPerRun sum;
  if (!evidence.confirm.lost) return sum;
  for (const LostSite& site : *evidence.confirm.lost) {
    if (!site.recurs || site.blocks_per_run <= 0) continue;
    const std::int64_t size = site.bytes_per_run / site.blocks_per_run;
    const std::int64_t usable = size <= 24 ? 24 : (size + 8 + 15) / 16 * 16 - 8;
    sum.blocks += site.blocks_per_run;
    sum.bytes += static_cast<double>(evidence.triage.traced() ? site.bytes_per_run
                                                              : usable * site.blocks_per_run);
  }
  return sum;
}

bool ThreadsGrow(const TestEvidence& evidence, const Thresholds& thresholds) {
  const QuantitySeries& threads = evidence.triage.series->Of(Quantity::kThreads);
  return threads.measured && ClassifyGrowth(threads.values, thresholds.growth).growing;
}

const char* WhyGrowing(const TestEvidence& evidence) {
  if (!evidence.confirm.lost) {
    return "Memory rises run after run and is not given back. Whether something that outlives a "
           "run still refers to it or it is lost is unknown, for LeakSanitizer did not tell.";
  }
  return "Memory that is still in use rises run after run and is not given back: something that "
         "outlives a run keeps taking more.";
}

/// Why there is no line of the call. `place`: where it grows most; null when no call was named.
std::string WhyNoPlace(const TestEvidence& evidence, const GrowingPlace* place, Scope scope) {
  std::string why = scope == Scope::kTest ? " The line is that of the test; which" : " Which";
  why += " call it is could not be told: ";
  if (place != nullptr) {
    why += "the stack of the call that grows most names no file below the source root.";
  } else if (!evidence.confirm.growing) {
    why += "massif did not measure it (" + evidence.confirm.growing.why_not() + ").";
  } else {
    why += fmt::format("massif saw no call whose memory rises in {}.",
                       Counted(evidence.confirm.massif_snapshots, "snapshot"));
  }
  return why;
}

/// `place`: where it grows most; null when no call was named. `why_alive`: by heap snapshots, or
/// empty.
std::string Cause(const TestEvidence& evidence, const Thresholds& thresholds,
                  const GrowingPlace* place, const std::string& why_alive, Scope scope,
                  bool given_back) {
  std::string cause = why_alive.empty() ? WhyGrowing(evidence) : why_alive;
  if (given_back) {
    cause = fmt::format(
        "Run alone, the test keeps more each time. In the whole suite a later test, {}, gives it "
        "back, so what is kept depends on which tests run and in which order: under a filter or "
        "in a shard it grows.",
        evidence.given_back_by);
  }
  if (ThreadsGrow(evidence, thresholds)) {
    cause +=
        " The same test leaves threads running, and what they use cannot be freed: end these "
        "first.";
  }
  if (place == nullptr || !place->place.located) cause += WhyNoPlace(evidence, place, scope);
  return cause;
}

void AddTraceEvidence(const GrowingPlace& place, Finding* finding) {
  const std::string blocks =
      place.blocks_per_run > 0 ? " and " + Counted(place.blocks_per_run, "block") : "";
  const bool alone = place.share > 0.995;
  finding->evidence.push_back(
      {"trace",
       fmt::format("grew in {} of {} runs at this {}; +{}{} a run{}; blocks of {} are alive",
                   HumanCount(place.rises), HumanCount(place.runs),
                   place.place.located ? "line" : "stack", HumanBytes(place.bytes_per_run), blocks,
                   alone ? "" : fmt::format(", {:.0f} % of the growth", place.share * 100),
                   Counted(place.runs_alive, "run"))});
}

/// What massif says where the trace has named a place.
std::string SecondOpinion(const TestEvidence& evidence, const GrowingPlace& traced,
                          const DiagnoseContext& context) {
  const std::vector<GrowingPlace> places = MassifPlaces(evidence, traced.place.scope, context);
  if (places.empty()) {
    return fmt::format("no call rises in {}",
                       Counted(evidence.confirm.massif_snapshots, "snapshot"));
  }
  const auto same = std::find_if(places.begin(), places.end(), [&](const GrowingPlace& each) {
    return KeyOf(each.place) == KeyOf(traced.place);
  });
  if (same == places.end()) {
    return fmt::format("puts it elsewhere: {}, {:.0f} % of the growth of the heap",
                       PlaceText(places.front().place), places.front().share * 100);
  }
  return fmt::format("agrees: {:.0f} % of the growth of the heap at this call", same->share * 100);
}

void AddMassifEvidence(const TestEvidence& evidence, const GrowingPlace* place, bool by_trace,
                       const DiagnoseContext& context, Finding* finding) {
  const ConfirmEvidence& confirm = evidence.confirm;
  if (!confirm.growing) {
    if (by_trace && !confirm.wanted.massif) return;
    finding->evidence.push_back({"massif", "not measured: " + confirm.growing.why_not()});
  } else if (place != nullptr && by_trace) {
    finding->evidence.push_back({"massif", SecondOpinion(evidence, *place, context)});
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
}

/// `place`: where it grows most, or null. `has_losses`: whether what is unreachable has findings of
/// its own.
void AddLsanEvidence(const TestEvidence& evidence, const GrowingPlace* place, bool has_losses,
                     const DiagnoseContext& context, Finding* finding) {
  const ConfirmEvidence& confirm = evidence.confirm;
  if (!confirm.why_no_lsan.empty()) {
    finding->evidence.push_back({"lsan", "not measured: " + confirm.why_no_lsan});
  } else if (!confirm.lost) {
    finding->evidence.push_back({"lsan", "not measured: " + confirm.lost.why_not()});
  } else if (confirm.lost->empty()) {
    const std::vector<const TracedSite*> none;
    finding->evidence.push_back(
        {"lsan", LsanFoundNothing(place != nullptr ? place->sites : none, context)});
  } else {
    const char* where =
        has_losses ? "it has findings of its own" : "it comes with what is left open or running";
    finding->evidence.push_back(
        {"lsan", fmt::format("what is unreachable does not account for this; {}", where)});
  }
}

std::string AlsoRises(const GrowingPlace& growing) {
  return fmt::format("also rises: {}, +{} per run", PlaceText(growing.place),
                     HumanBytes(growing.bytes_per_run));
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

/// What all findings of one growth have in common.
struct Growing {
  const TestEvidence& evidence;
  const GrowthResult& growth;
  const DiagnoseContext& context;
  const Thresholds& thresholds;
  bool has_losses = false;
  bool by_trace = false;
};

/// `places`: those of one scope, most growth first; empty when no call was named.
Finding Make(const std::vector<const GrowingPlace*>& places, Scope scope, std::int64_t per_run,
             const Growing& of) {
  const TestEvidence& evidence = of.evidence;
  const ProcessSeries& series = *evidence.triage.series;
  const std::vector<std::int64_t>& live = series.Of(Quantity::kBytes).values;
  const bool given_back = scope == Scope::kTest && !evidence.given_back_by.empty();
  const Verdict verdict =
      *DecideMemoryGrowth(of.growth, series.iterations, given_back, of.thresholds);

  const GrowingPlace* place = places.empty() ? nullptr : places.front();
  Finding finding;
  if (place != nullptr) finding = place->place.finding;
  if (place == nullptr && scope == Scope::kTest) {
    finding.location = TestLine(evidence.test, of.context);
  }
  finding.kind = verdict.kind;
  finding.severity = verdict.severity;
  finding.title = given_back
                      ? fmt::format(
                            "memory grows when run alone: +{} per run; in the whole suite {} "
                            "gives it back",
                            HumanBytes(per_run), evidence.given_back_by)
                      : fmt::format("memory grows: +{} per run{}", HumanBytes(per_run),
                                    Followed(evidence, verdict.severity));
  Attribute(scope, evidence.test, of.context, &finding);
  if (place != nullptr) finding.scope_label = place->place.scope_label;
  finding.impact.bytes_per_iteration = per_run;
  finding.growth = ReportedSeries(live, of.growth, /*from_zero=*/true);
  finding.impact.total_bytes = live.back() - live.front();
  std::string why_alive;
  if (place != nullptr && of.by_trace) {
    AddTraceEvidence(*place, &finding);
    why_alive = TellWhyAlive(place->sites, of.context, of.thresholds.growth.warm_up, &finding);
  }
  finding.cause = Cause(evidence, of.thresholds, place, why_alive, scope, given_back);
  std::vector<std::string> texts;
  for (const GrowingPlace* each : places) texts.push_back(AlsoRises(*each));
  if (of.by_trace) AddOtherPlaces("trace", texts, &finding);
  const bool requested = place != nullptr || evidence.triage.traced();
  finding.evidence.push_back(
      {"listener", fmt::format("live bytes {}, by {} in all{}", RoseText(of.growth),
                               HumanBytes(live.back() - ValueBeforeSteps(live, of.growth)),
                               requested ? "" : "; sizes are the allocator's")});
  if (given_back) {
    finding.evidence.push_back(
        {"listener", fmt::format("in the run of the whole suite, {} gave back about as much",
                                 evidence.given_back_by)});
  }
  AddMassifEvidence(evidence, place, of.by_trace, of.context, &finding);
  AddLsanEvidence(evidence, place, of.has_losses, of.context, &finding);
  if (!of.by_trace) AddOtherPlaces("massif", texts, &finding);
  if (!evidence.triage.untraced.empty()) {
    finding.evidence.push_back({"trace", "not measured: " + evidence.triage.untraced});
  }
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(scope, evidence.test), "growing");
  }
  return finding;
}

/// Whether what is lost each run accounts for the growth of the live bytes. Without a trace lost
/// sizes are the requested ones and live bytes the allocator's, so blocks are counted, and bytes
/// are compared with what glibc makes of a request. A heuristic: other allocators round up more
/// coarsely, hence a quarter of slack where the blocks match.
bool LostAccountsFor(const TestEvidence& evidence, const Thresholds& thresholds) {
  const LostPerRun lost = SumOfLost(evidence);
  if (lost.blocks == 0) return false;
  const ProcessSeries& series = *evidence.triage.series;
  const int warm_up = thresholds.growth.warm_up;
  const double bytes = SlopeAfterWarmUp(series.Of(Quantity::kBytes).values, warm_up);
  const double blocks = SlopeAfterWarmUp(series.live_blocks, warm_up);
  const double bytes_left = bytes - lost.bytes;
  const double blocks_left = blocks - static_cast<double>(lost.blocks);
  return bytes_left <= 0 || (blocks_left < 0.5 && bytes_left < 0.25 * bytes) ||
         (blocks_left < 1 && bytes_left < 0.1 * bytes);
}

/// Growth that no call was seen to cause.
std::vector<Finding> UnseenGrowth(const Growing& of) {
  const ProcessSeries& series = *of.evidence.triage.series;
  const double left = of.growth.slope - SumOfLost(of.evidence).bytes;
  const int warm_up = of.thresholds.growth.warm_up;
  if (ThreadsGrow(of.evidence, of.thresholds)) {
    const double threads = SlopeAfterWarmUp(series.Of(Quantity::kThreads).values, warm_up);
    if (left <= kBytesOfAThread * threads) return {};
  }
  const Scope scope = of.evidence.triage.traced()
                          ? of.evidence.scope
                          : ScopeOfGrowth(series.Of(Quantity::kBytes), warm_up);
  return {Make({}, scope, WholePerRun(left), of)};
}

std::vector<Finding> SeenGrowth(const std::vector<GrowingPlace>& places, const Growing& of) {
  std::vector<Finding> findings;
  for (const Scope scope : {Scope::kTest, Scope::kSuite, Scope::kProgram}) {
    std::vector<const GrowingPlace*> own;
    std::int64_t per_run = 0;
    for (const GrowingPlace& place : places) {
      if (place.place.scope != scope) continue;
      own.push_back(&place);
      per_run += place.bytes_per_run;
    }
    // What libraries keep beside the growth that convicted has no finding of its own.
    const bool worth =
        !own.empty() && (own.front() == &places.front() || own.front()->place.located);
    if (worth) findings.push_back(Make(own, scope, std::max<std::int64_t>(per_run, 1), of));
  }
  return findings;
}

/// Says in the growth's finding what is lost at the very same place, and takes that finding out:
/// they would be told as one, and contradict each other.
void TakeInLosses(Finding* growth, std::vector<Finding>* losses) {
  const auto same = [&](const Finding& loss) {
    return loss.fingerprint == growth->fingerprint && loss.location.line == growth->location.line &&
           loss.location.file == growth->location.file;
  };
  const auto loss = std::find_if(losses->begin(), losses->end(), same);
  if (loss == losses->end()) return;
  for (Evidence& evidence : growth->evidence) {
    if (evidence.source != "lsan") continue;
    const auto said = std::find_if(loss->evidence.begin(), loss->evidence.end(),
                                   [](const Evidence& each) { return each.source == "lsan"; });
    if (said != loss->evidence.end()) {
      evidence.text = said->text + "; something still refers to the rest";
    }
  }
  losses->erase(loss);
}

}  // namespace

std::vector<Finding> LostAndGrowing(std::vector<Finding> losses, const TestEvidence& evidence,
                                    const GrowthResult& growth, const DiagnoseContext& context,
                                    const Thresholds& thresholds) {
  const SeenGrowing seen = FindGrowing(evidence, context, thresholds);
  const std::int64_t told = std::max(seen.lost_bytes, seen.resource_bytes);
  // What is left over by libraries beside what convicted has no finding of its own.
  const bool none_left = seen.places.empty() || (!seen.places.front().place.located &&
                                                 seen.places.front().bytes_per_run < told);
  if (LostAccountsFor(evidence, thresholds) || (none_left && told > 0)) {
    const bool is_lost = !losses.empty() && seen.lost_bytes >= seen.resource_bytes &&
                         losses.front().impact.bytes_per_iteration.has_value();
    if (is_lost) {
      const std::vector<std::int64_t>& live = evidence.triage.series->Of(Quantity::kBytes).values;
      losses.front().growth = ReportedSeries(live, growth, /*from_zero=*/true);
      losses.front().evidence.push_back({"listener", "live bytes " + RoseText(growth)});
    }
    return losses;
  }
  const Growing of = {evidence, growth, context, thresholds, !losses.empty(), seen.by_trace};
  for (Finding& finding : seen.places.empty() ? UnseenGrowth(of) : SeenGrowth(seen.places, of)) {
    TakeInLosses(&finding, &losses);
    losses.push_back(std::move(finding));
  }
  return losses;
}

}  // namespace memprof
