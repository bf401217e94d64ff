// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/memory_growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/place.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/resource_memory.h"
#include "runner/diagnose/series_text.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// What a thread of glibc's takes for itself: its local storage and the like. Few libraries have
/// more of it.
constexpr double kBytesOfAThread = 1024;

/// All growing sites at one place of the user's code.
struct GrowingPlace {
  Place place;  ///< that of its largest site
  std::int64_t bytes_per_run = 0;
  double share = 0;
};

/// What massif saw grow.
struct SeenGrowing {
  std::vector<GrowingPlace> places;  ///< what has no finding of another kind, most growth first
  std::int64_t lost_bytes = 0;       ///< a run, at the lines where memory is lost
  std::int64_t resource_bytes = 0;   ///< a run, at the lines where growing resources are acquired
};

/// The lines that lose memory run after run. Where that was seen once, something else may grow.
std::set<FileLine> LosingLines(const TestEvidence& evidence, const DiagnoseContext& context) {
  std::set<FileLine> lines;
  if (!evidence.confirm.lost) return lines;
  for (const LostSite& site : *evidence.confirm.lost) {
    if (site.recurs) AddLineOf(site.stack, context, &lines);
  }
  return lines;
}

/// The lines where resources that grow are acquired: what else is allocated there comes with them.
std::set<FileLine> AcquiringLines(const TestEvidence& evidence, const DiagnoseContext& context,
                                  const Thresholds& thresholds) {
  std::set<FileLine> lines;
  for (const ResourcePlace& place : ResourcePlaces(evidence, thresholds)) {
    AddLineOf(place.stack, context, &lines);
  }
  return lines;
}

SeenGrowing FindGrowing(const TestEvidence& evidence, const DiagnoseContext& context,
                        const Thresholds& thresholds) {
  SeenGrowing seen;
  if (!evidence.confirm.growing) return seen;
  const std::set<FileLine> losing = LosingLines(evidence, context);
  const std::set<FileLine> acquiring = AcquiringLines(evidence, context, thresholds);
  std::vector<const GrowingSite*> sites;
  for (const GrowingSite& site : *evidence.confirm.growing) sites.push_back(&site);
  // The stack of a place is that of its largest site, whatever order they came in.
  std::stable_sort(sites.begin(), sites.end(), [](const GrowingSite* a, const GrowingSite* b) {
    if (a->bytes_per_run != b->bytes_per_run) return a->bytes_per_run > b->bytes_per_run;
    return FunctionsOf(a->stack) < FunctionsOf(b->stack);
  });
  std::map<PlaceKey, GrowingPlace> places;
  for (const GrowingSite* site : sites) {
    const Place place = PlaceOf(site->stack, evidence.test, context);
    const FileLine line = {place.finding.location.file, place.finding.location.line};
    if (place.located && acquiring.contains(line)) {
      seen.resource_bytes += site->bytes_per_run;
    } else if (place.located && losing.contains(line)) {
      seen.lost_bytes += site->bytes_per_run;
    } else {
      GrowingPlace& known = places.try_emplace(KeyOf(place), GrowingPlace{place}).first->second;
      known.bytes_per_run += site->bytes_per_run;
      known.share += site->share_of_growth;
    }
  }
  for (auto& [key, place] : places) seen.places.push_back(std::move(place));
  std::stable_sort(seen.places.begin(), seen.places.end(),
                   [](const GrowingPlace& a, const GrowingPlace& b) {
                     return a.bytes_per_run > b.bytes_per_run;
                   });
  return seen;
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

bool ThreadsGrow(const TestEvidence& evidence, const Thresholds& thresholds) {
  const QuantitySeries& threads = evidence.triage.series->Of(Quantity::kThreads);
  return threads.measured && ClassifyGrowth(threads.values, thresholds.growth).growing;
}

/// `place`: where it grows most; null when massif named no call.
std::string Cause(const TestEvidence& evidence, const Thresholds& thresholds,
                  const GrowingPlace* place, bool given_back) {
  std::string cause =
      "Memory that is still in use rises run after run and is not given back: something that "
      "outlives a run keeps taking more.";
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
  if (place != nullptr && place->place.located) return cause;
  cause += " The line is that of the test; which call it is could not be told: ";
  if (!evidence.confirm.growing) {
    cause += "massif did not measure it (" + evidence.confirm.growing.why_not() + ").";
  } else if (place != nullptr) {
    cause += "the stack of the call that grows most names no file below the source root.";
  } else {
    cause += fmt::format("massif saw no call whose memory rises in {}.",
                         Counted(evidence.confirm.massif_snapshots, "snapshot"));
  }
  return cause;
}

/// `has_losses`: whether what is unreachable has findings of its own.
void AddToolEvidence(const TestEvidence& evidence, const GrowingPlace* place, bool has_losses,
                     Finding* finding) {
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
    const char* where =
        has_losses ? "it has findings of its own" : "it comes with what is left open or running";
    finding->evidence.push_back(
        {"lsan", fmt::format("what is unreachable does not account for this; {}", where)});
  }
}

std::string AlsoRises(const GrowingPlace& growing) {
  const Location& at = growing.place.finding.location;
  const std::string where = growing.place.located
                                ? fmt::format("{} {}:{}", at.function, at.file, at.line)
                                : "a call outside the source root";
  return fmt::format("also rises: {}, +{} per run", where, HumanBytes(growing.bytes_per_run));
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
};

/// `places`: those of one scope, most growth first; empty when massif named none.
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
  if (place == nullptr) finding.location = TestLine(evidence.test, of.context);
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
  finding.impact.bytes_per_iteration = per_run;
  finding.growth = ReportedSeries(live, of.growth, /*from_zero=*/true);
  finding.impact.total_bytes = live.back() - live.front();
  finding.cause = Cause(evidence, of.thresholds, place, given_back);
  finding.evidence.push_back(
      {"listener", fmt::format("live bytes {}, by {} in all{}", RoseText(of.growth),
                               HumanBytes(live.back() - ValueBeforeSteps(live, of.growth)),
                               place == nullptr ? "; sizes are the allocator's" : "")});
  if (given_back) {
    finding.evidence.push_back(
        {"listener", fmt::format("in the run of the whole suite, {} gave back about as much",
                                 evidence.given_back_by)});
  }
  AddToolEvidence(evidence, place, of.has_losses, &finding);
  std::vector<std::string> texts;
  for (const GrowingPlace* each : places) texts.push_back(AlsoRises(*each));
  AddOtherPlaces("massif", texts, &finding);
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(scope, evidence.test), "growing");
  }
  return finding;
}

/// Whether what is lost each run accounts for the growth of the live bytes. Lost sizes are the
/// requested ones and live bytes the allocator's, so blocks are counted, and bytes are compared
/// with what glibc makes of a request. A heuristic: other allocators round up more coarsely, hence
/// a quarter of slack where the blocks match.
bool LostAccountsFor(const TestEvidence& evidence, const Thresholds& thresholds) {
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

/// Growth that no call was seen to cause.
std::vector<Finding> UnseenGrowth(const Growing& of) {
  const ProcessSeries& series = *of.evidence.triage.series;
  const double left = of.growth.slope - SumOfLost(of.evidence).allocator_bytes;
  const int warm_up = of.thresholds.growth.warm_up;
  if (ThreadsGrow(of.evidence, of.thresholds)) {
    const double threads = SlopeAfterWarmUp(series.Of(Quantity::kThreads).values, warm_up);
    if (left <= kBytesOfAThread * threads) return {};
  }
  const Scope scope = ScopeOfGrowth(series.Of(Quantity::kBytes), warm_up);
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
    evidence.text = loss->evidence.front().text + "; something still refers to the rest";
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
  const Growing of = {evidence, growth, context, thresholds, !losses.empty()};
  for (Finding& finding : seen.places.empty() ? UnseenGrowth(of) : SeenGrowth(seen.places, of)) {
    TakeInLosses(&finding, &losses);
    losses.push_back(std::move(finding));
  }
  return losses;
}

}  // namespace memprof
