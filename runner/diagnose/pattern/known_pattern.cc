// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/diagnose/pattern/known_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/inserting_code.h"
#include "runner/diagnose/pattern/lost_owner_cause.h"
#include "runner/diagnose/pattern/object_pair.h"
#include "runner/diagnose/pattern/pattern_evidence.h"
#include "runner/report/holder_text.h"

namespace memprof {
namespace {

Classification Lost(const Finding& finding, const Sources& sources) {
  Classification result;
  result.pattern = Pattern::kLostOwner;
  result.confidence = Confidence::kHigh;
  result.decided_by.push_back("nothing refers to it any more");
  if (const auto pair = FindObjectPair(finding, sources)) {
    if (!pair->caller_releases && (pair->caller_was_read || pair->is_known_library)) {
      result.pattern = Pattern::kObjectNotReleased;
      result.decided_by.insert(result.decided_by.begin(), PairClause(*pair));
      return result;
    }
    // It has a counterpart that its caller knows: who forgot what is read from text alone.
    if (pair->caller_releases) result.confidence = Confidence::kMedium;
    if (pair->caller_misses_a_path) {
      result.pattern = Pattern::kObjectNotReleased;
      result.decided_by.insert(result.decided_by.begin(), PairClause(*pair));
      return result;
    }
  }
  // Sources could show who should have given it back.
  if (sources.files().empty() && HasAcquiringName(finding)) result.confidence = Confidence::kMedium;
  if (auto cause = FindLostOwnerCause(finding, sources)) {
    result.sub_cause = cause->sub_cause;
    // It says more than that it is lost.
    result.decided_by.insert(result.decided_by.begin(), std::move(cause->clause));
  }
  return result;
}

Classification Cycle(const Finding& finding) {
  Classification result;
  result.pattern = Pattern::kReferenceCycle;
  result.confidence = Confidence::kHigh;
  if (finding.cycle.empty()) {
    result.decided_by.push_back("its blocks are shared pointers' that only refer to each other");
    return result;
  }
  result.decided_by.push_back("they own each other and nothing else refers to them: " +
                              CycleText(finding.cycle));
  const bool closure = std::any_of(finding.cycle.begin(), finding.cycle.end(),
                                   [](const std::string& type) { return IsClosureType(type); });
  if (closure) result.sub_cause = "closure captures its owner";
  return result;
}

Classification Thread(const Finding& finding, const Sources& sources) {
  Classification result;
  result.pattern = Pattern::kThreadNotJoined;
  result.confidence = Confidence::kHigh;
  result.decided_by.push_back("the number of threads rises with every run");
  const SourceFile* file = sources.Find(finding.location.file);
  if (file == nullptr) return result;
  std::vector<std::size_t> detached = UsesOf(*file, {0, file->text().size()}, "detach");
  std::erase_if(detached, [&](std::size_t use) { return TextAt(*file, use + 1) != "("; });
  // Of several, which one is this thread's is not known.
  if (detached.size() != 1) return result;
  result.sub_cause = "detached";
  result.decided_by.push_back(
      fmt::format("a thread is detached ({})", PlaceText(*file, file->tokens()[detached[0]].line)));
  return result;
}

Classification Handle(const Finding& finding) {
  Classification result;
  result.pattern = finding.pattern;
  result.confidence = Confidence::kHigh;
  result.decided_by.push_back(finding.kind == FindingKind::kMappingLeak
                                  ? "mapped memory rises with every run, and nothing unmaps it"
                                  : "the number of open descriptors rises with every run");
  return result;
}

/// A holder that several tests feed and nothing empties.
Classification NeverEvicts(const Finding& finding, const Sources& sources) {
  Classification result;
  result.pattern = finding.pattern;
  const HeldEvidence evidence = GatherHeld(finding, sources);
  const HeldBody body = evidence.shape.body;
  const bool keyed = body == HeldBody::kKeyed || body == HeldBody::kSet;
  result.confidence = keyed ? Confidence::kHigh : Confidence::kMedium;
  result.decided_by.push_back("several tests put something in, and none of it was ever freed");
  result.decided_by.push_back(GrewClause(evidence));
  return result;
}

}  // namespace

Classification KeepPattern(const Finding& finding, const Sources& sources) {
  switch (finding.pattern) {
    case Pattern::kLostOwner:
      if (finding.kind == FindingKind::kMemoryLeak) return Lost(finding, sources);
      break;
    case Pattern::kReferenceCycle:
      return Cycle(finding);
    case Pattern::kThreadNotJoined:
      if (finding.kind == FindingKind::kThreadLeak) return Thread(finding, sources);
      break;
    case Pattern::kHandleNotClosed:
      return Handle(finding);
    case Pattern::kCacheWithoutEviction:
      if (finding.kind == FindingKind::kOneTimeRetention) return NeverEvicts(finding, sources);
      break;
    default:
      break;
  }
  // Waste and what was classified before: as whoever made the finding left it.
  Classification result;
  result.pattern = finding.pattern;
  result.confidence = finding.pattern_confidence;
  result.sub_cause = finding.sub_cause;
  result.decided_by = finding.decided_by;
  return result;
}

}  // namespace memprof
