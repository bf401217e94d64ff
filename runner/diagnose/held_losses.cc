// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/held_losses.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "runner/analyze/growth.h"
#include "runner/diagnose/attribution.h"
#include "runner/diagnose/fingerprint.h"
#include "runner/diagnose/lost_places.h"
#include "runner/diagnose/reported_stack.h"
#include "runner/diagnose/retention_text.h"
#include "runner/diagnose/snapshot_reach.h"
#include "runner/diagnose/traced_match.h"
#include "runner/report/holder_text.h"
#include "runner/report/quantity.h"

namespace memprof {
namespace {

/// Why LeakSanitizer may not have seen what the heap snapshot did.
std::string WhyUnseen(const RetentionPath& path) {
  if (path.is_weak) return "it takes no word but a plain address for a pointer";
  switch (path.holder.kind) {
    case Holder::Kind::kMapping:
      return "it does not look into anonymous mappings";
    case Holder::Kind::kThreadLocal:
      return "it may not find the storage of every thread and library";
    default:
      return "its process ran the test alone, and may have ended otherwise";
  }
}

bool Grows(const LostPlace& place, const GrowthRule& rule) {
  std::vector<std::int64_t> bytes;
  for (const TracedSite* site : place.traced) {
    if (bytes.size() < site->bytes.size()) bytes.resize(site->bytes.size());
    for (std::size_t i = 0; i < site->bytes.size(); ++i) bytes[i] += site->bytes[i];
  }
  return ClassifyGrowth(bytes, rule).growing;
}

/// The finding that tells of the growth of `place`; null when there is none.
Finding* GrowthOf(const LostPlace& place, const GrowthRule& rule, std::vector<Finding>* findings) {
  Finding* other = nullptr;
  for (Finding& finding : *findings) {
    if (finding.kind != FindingKind::kMemoryGrowth) continue;
    const Location& at = place.place.finding.location;
    if (finding.location.file == at.file && finding.location.line == at.line) return &finding;
    if (other == nullptr) other = &finding;
  }
  return other != nullptr && Grows(place, rule) ? other : nullptr;
}

std::string Claim(const LostPlace& place) {
  return fmt::format("{} in {}", HumanBytes(place.amount.total_bytes),
                     Counted(place.amount.total_blocks, "block"));
}

/// Takes the place of what the growth's finding says of LeakSanitizer.
void TellInGrowth(const LostPlace& place, const RetentionPath* path, Finding* growth) {
  const Location& at = place.place.finding.location;
  const bool here = growth->location.file == at.file && growth->location.line == at.line;
  std::string text = fmt::format("calls {}{} unreachable", Claim(place),
                                 here ? "" : " of " + PlaceText(place.place));
  if (path != nullptr) text += ": " + WhyUnseen(*path);
  const auto said = std::find_if(growth->evidence.begin(), growth->evidence.end(),
                                 [](const Evidence& each) { return each.source == "lsan"; });
  const bool is_claim = said != growth->evidence.end() && said->text.starts_with("calls ");
  if (said == growth->evidence.end() || is_claim) {
    growth->evidence.push_back({"lsan", std::move(text)});
  } else {
    said->text = std::move(text);
  }
}

Finding Disagreement(const LostPlace& place, const TracedSite& site, const RetentionPath* path,
                     const TestEvidence& evidence, const DiagnoseContext& context,
                     const Thresholds& thresholds) {
  Finding finding = place.place.finding;
  finding.kind = FindingKind::kMemoryLeak;
  finding.severity = Severity::kWarning;
  finding.title = fmt::format(
      "lost or held: {}, on which LeakSanitizer and the heap snapshot "
      "disagree",
      Claim(place));
  finding.impact.total_bytes = place.amount.total_bytes;
  AttributeTo(place.place, evidence.test, context, &finding);
  TellHolder(site, context, thresholds.growth.warm_up, &finding);
  const std::string by = finding.held_by ? HolderName(*finding.held_by) : "something";
  if (path != nullptr && path->is_weak) {
    finding.cause = fmt::format(
        "LeakSanitizer found nothing that points to this memory. In the heap snapshot only {} "
        "refers to it, in {}: either it is lost, or the program hides the pointer so. A later free "
        "would prove that it is in use.",
        path->weak_how.empty() ? "a word that looks like a pointer" : path->weak_how, by);
  } else {
    finding.cause = fmt::format(
        "LeakSanitizer, which ran the test alone, found nothing that points to this memory. In the "
        "heap snapshot, which was taken among the other suspects, {} holds it. So either "
        "LeakSanitizer cannot see that pointer, or the loss depends on which tests run.",
        by);
  }
  finding.evidence.push_back({"trace", TracedText(place.traced, thresholds.growth.warm_up)});
  finding.evidence.push_back({"lsan", fmt::format("{} unreachable after {}{}", Claim(place),
                                                  Counted(evidence.confirm.lsan_runs, "run"),
                                                  path != nullptr ? ": " + WhyUnseen(*path) : "")});
  finding.fingerprint = StackFingerprint(finding, 1);
  if (finding.fingerprint.empty()) {
    finding.fingerprint = OwnerFingerprint(finding.kind, OwnerOf(place.place.scope, evidence.test),
                                           "lost " + FunctionsOf(finding.stack));
  }
  return finding;
}

}  // namespace

void TellHeldLosses(const TestEvidence& evidence, const DiagnoseContext& context,
                    const Thresholds& thresholds, std::vector<Finding>* findings) {
  std::vector<const LostSite*> sites;
  for (const LostSite& site : evidence.confirm.held_losses) sites.push_back(&site);
  const TracedMatcher trace(evidence, context);
  std::vector<Finding> disagreements;
  for (const LostPlace& place : LostPlaces(std::move(sites), trace, evidence, context)) {
    const TracedSite* const site = ToldSite({place.traced.begin(), place.traced.end()});
    if (site == nullptr) continue;
    const RetentionPath* const path = MainPath(site->retention);
    if (Finding* growth = GrowthOf(place, thresholds.growth, findings)) {
      TellInGrowth(place, path, growth);
    } else {
      disagreements.push_back(Disagreement(place, *site, path, evidence, context, thresholds));
    }
  }
  std::move(disagreements.begin(), disagreements.end(), std::back_inserter(*findings));
}

}  // namespace memprof
