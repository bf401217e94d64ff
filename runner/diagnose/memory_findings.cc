// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/memory_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/growing_places.h"
#include "runner/diagnose/held_losses.h"
#include "runner/diagnose/kept_bytes.h"
#include "runner/diagnose/lost_findings.h"
#include "runner/diagnose/memory_growth.h"
#include "runner/diagnose/retention_text.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/diagnose/verdicts.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

std::int64_t LostOnce(const ConfirmEvidence& confirm) {
  std::int64_t bytes = 0;
  if (!confirm.lost) return bytes;
  for (const LostSite& site : *confirm.lost) {
    bytes += site.recurs ? site.bytes_per_run : site.total_bytes;
  }
  return bytes;
}

/// Points to the place that holds most of what was kept.
void LocateKept(const TestEvidence& evidence, const DiagnoseContext& context, int warm_up,
                Finding* finding, std::string* label) {
  const std::vector<TracedPlace> places = TracedPlaces(evidence, context);
  if (places.empty()) return;
  const auto located = std::find_if(places.begin(), places.end(),
                                    [](const TracedPlace& each) { return each.place.located; });
  const TracedPlace& most = located != places.end() ? *located : places.front();
  finding->location = most.place.finding.location;
  finding->stack = most.place.finding.stack;
  *label = most.place.scope_label;
  const auto text = [](const TracedPlace& each) {
    const auto last = [](const auto& values) { return values.empty() ? 0 : values.back(); };
    return fmt::format("{} in {} alive after the last run: {}", HumanBytes(last(each.bytes)),
                       Counted(last(each.blocks), "block"), PlaceText(each.place));
  };
  std::vector<std::string> texts = {text(most)};
  for (const TracedPlace& each : places) {
    if (&each != &most) texts.push_back(text(each));
  }
  finding->evidence.push_back({"trace", texts.front()});
  if (const TracedSite* told = ToldSite(most.sites)) {
    TellHolder(*told, context, warm_up, finding);
  }
  AddOtherPlaces("trace", texts, finding);
}

std::optional<Finding> KeptOnce(const TestEvidence& evidence, bool growing,
                                const DiagnoseContext& context, const Thresholds& thresholds) {
  const std::optional<KeptBytes> kept = BytesKept(evidence);
  if (!kept) return std::nullopt;
  const std::optional<Verdict> verdict =
      DecideOneTime(kept->once, kept->still, LostOnce(evidence.confirm), growing, thresholds);
  if (!verdict) return std::nullopt;

  const int runs = evidence.triage.series->iterations;
  Finding finding;
  finding.kind = verdict->kind;
  finding.severity = verdict->severity;
  finding.title = fmt::format("memory kept once: {}, not given back in {}", HumanBytes(kept->once),
                              Counted(runs, "run"));
  finding.location = TestLine(evidence.test, context);
  std::string label;
  if (evidence.triage.traced()) {
    LocateKept(evidence, context, thresholds.growth.warm_up, &finding, &label);
  }
  finding.impact.total_bytes = kept->once;
  finding.cause =
      "The first run of the test takes this memory and nothing gives it back; later runs do not "
      "add to it. A table or cache that is filled on first use looks like this.";
  finding.evidence.push_back(
      {"listener",
       fmt::format("{} kept by the first run alone, {} still there after {}",
                   HumanBytes(kept->once), HumanBytes(kept->still), Counted(runs, "run"))});
  if (!evidence.confirm.why_no_lsan.empty()) {
    finding.evidence.push_back({"lsan", "not measured: " + evidence.confirm.why_no_lsan});
  } else if (evidence.confirm.lost && evidence.confirm.lost->empty()) {
    finding.evidence.push_back({"lsan", "nothing unreachable: something still refers to it"});
  } else if (!evidence.confirm.lost && evidence.confirm.wanted.lsan) {
    finding.evidence.push_back({"lsan", "not measured: " + evidence.confirm.lost.why_not()});
  }
  Attribute(evidence.scope, evidence.test, context, &finding);
  if (!label.empty()) finding.scope_label = label;
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint =
        OwnerFingerprint(finding.kind, OwnerOf(evidence.scope, evidence.test), "kept once");
  }
  return finding;
}

}  // namespace

std::vector<Finding> MemoryFindings(const TestEvidence& evidence, const DiagnoseContext& context,
                                    const Thresholds& thresholds) {
  std::vector<Finding> findings = LostFindings(evidence, context, thresholds);
  const bool repeated = evidence.triage.series && evidence.triage.unrepeatable.empty();
  if (repeated && evidence.triage.series->Of(Quantity::kBytes).measured) {
    const QuantitySeries& live = evidence.triage.series->Of(Quantity::kBytes);
    const GrowthResult growth = ClassifyGrowth(live.values, thresholds.growth);
    if (growth.growing) {
      findings = LostAndGrowing(std::move(findings), evidence, growth, context, thresholds);
    }
    if (auto kept = KeptOnce(evidence, growth.growing, context, thresholds)) {
      findings.push_back(*std::move(kept));
    }
  }
  TellHeldLosses(evidence, context, thresholds, &findings);
  return findings;
}

}  // namespace memprof
