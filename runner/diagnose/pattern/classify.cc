// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/classify.h"

#include <fmt/format.h>

#include <span>
#include <utility>

#include "runner/diagnose/pattern/known_pattern.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

using Rule = std::optional<Classification> (*)(const HeldEvidence&);

/// The first that applies. From what a type of the run proves to what only code tells; the
/// collection, which is what is left, at last.
constexpr Rule kRules[] = {TellClosures, TellThreads, TellListeners, TellObjects,
                           TellCaches,   TellStatics, TellBuffers,   TellCollections};

/// What was kept once did not pile up.
constexpr Rule kOneTimeRules[] = {TellCaches, TellStatics};

/// Without a heap snapshot the path is not known, only who allocated.
Classification Held(const HeldEvidence& evidence, Classification found) {
  if (!evidence.finding->held_by && found.confidence == Confidence::kHigh &&
      found.pattern != Pattern::kThreadNotJoined && found.pattern != Pattern::kObjectNotReleased) {
    found.confidence = Confidence::kMedium;
  }
  return found;
}

/// What is known, and what would decide.
Classification Undecided(const HeldEvidence& evidence) {
  const Finding& finding = *evidence.finding;
  Classification result;
  if (finding.kind != FindingKind::kMemoryGrowth &&
      finding.kind != FindingKind::kOneTimeRetention) {
    return result;
  }
  if (!finding.held_by) {
    result.decided_by.push_back(
        "no heap snapshot tells what holds it: a snapshot (`memprof doctor` says why there is "
        "none) would decide");
    return result;
  }
  result.decided_by.push_back(GrewClause(evidence));
  if (evidence.frames.empty()) {
    result.decided_by.push_back("the source of the functions on its stack would decide");
  } else if (!evidence.inserting) {
    result.decided_by.push_back("the code that puts it in was not found in the files on its stack");
  }
  return result;
}

}  // namespace

Classification Classify(const Finding& finding, const Sources& sources) {
  if (finding.pattern != Pattern::kUnknown) return KeepPattern(finding, sources);
  if (finding.kind == FindingKind::kGaugeGrowth) {
    Classification result;
    result.pattern = Pattern::kBufferAccumulation;
    result.confidence = Confidence::kLow;
    result.decided_by.push_back("a gauge of the test's own rises with every run");
    return result;
  }
  const HeldEvidence evidence = GatherHeld(finding, sources);
  if (finding.kind != FindingKind::kMemoryGrowth &&
      finding.kind != FindingKind::kOneTimeRetention) {
    return Undecided(evidence);
  }
  const bool once = finding.kind == FindingKind::kOneTimeRetention;
  for (const Rule rule :
       once ? std::span<const Rule>(kOneTimeRules) : std::span<const Rule>(kRules)) {
    if (std::optional<Classification> found = rule(evidence)) {
      return Held(evidence, *std::move(found));
    }
  }
  return Undecided(evidence);
}

}  // namespace memprof
