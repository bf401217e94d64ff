// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/container_group.h"
#include "runner/diagnose/pattern/keyed_lookup.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/object_pair.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

bool SaysLog(std::string_view name) {
  return SaysAny(name, {"history", "histories", "log", "record", "event", "entry", "entries",
                        "trace", "journal", "audit", "message", "line", "error", "stack", "undo"});
}

std::string InsertClause(const HeldEvidence& evidence) {
  const ContainerFunction& frame = evidence.inserting->function;
  const ContainerUse& use = evidence.inserting->insertion;
  const std::string name =
      evidence.shape.name.empty() ? evidence.shape.accessor + "()" : evidence.shape.name;
  const std::string how = use.method.empty() ? "adds to" : fmt::format("calls `{}` of", use.method);
  return fmt::format("`{}` {} `{}` ({})", frame.name, how, name, PlaceText(*frame.file, use.line));
}

/// Large blocks of one kind may be buffers.
bool HasLargeBlocks(const HeldEvidence& evidence) {
  const auto& path = evidence.finding->retention_path;
  return evidence.shape.block_bytes >= 1024 && path.back().count > 1;
}

/// A loop calls functions of the elements, which could be listeners.
bool CallsElements(const HeldEvidence& evidence) {
  if (!evidence.shape.by_pointer) return false;
  for (const ContainerFunction& user : evidence.users) {
    for (const ContainerUse& use : user.uses) {
      if (!CallsInLoop(*user.file, use).empty()) return true;
    }
  }
  return false;
}

/// A function that takes something to be called later, or for good.
bool Registers(const Finding& finding) {
  const std::vector<std::string> functions = FunctionsOnStack(finding);
  return std::any_of(functions.begin(), functions.end(), [](const std::string& function) {
    const std::string name = LastName(function);
    return SaysSubscribe(name) || SaysAny(name, {"register", "registrar"});
  });
}

/// Whether the source could show that it is something else than a collection.
bool NeedsCode(const HeldEvidence& evidence) {
  const HeldShape& shape = evidence.shape;
  switch (shape.body) {
    case HeldBody::kKeyed:
    case HeldBody::kSet:
    case HeldBody::kOwnNodes:
    case HeldBody::kOwnTable:
    case HeldBody::kUnknown:
      return true;
    default:
      return shape.by_pointer || HasCallable(shape.element) || Registers(*evidence.finding) ||
             HasAcquiringName(*evidence.finding) || shape.closure.has_value() ||
             SaysListener(shape.name) || HasLargeBlocks(evidence);
  }
}

}  // namespace

std::optional<Classification> TellCollections(const HeldEvidence& evidence) {
  const HeldShape& shape = evidence.shape;
  if (shape.body == HeldBody::kUnknown || evidence.finding->kind != FindingKind::kMemoryGrowth) {
    return std::nullopt;
  }
  Classification result;
  result.pattern = Pattern::kUnboundedCollection;
  if (!evidence.inserting) {
    if (NeedsCode(evidence) && !(shape.body == HeldBody::kSequence && SaysLog(shape.name) &&
                                 !HasAcquiringName(*evidence.finding) && !shape.closure)) {
      return std::nullopt;
    }
    result.confidence = Confidence::kMedium;
    result.decided_by = {GrewClause(evidence)};
    return result;
  }
  result.decided_by = {GrewClause(evidence), InsertClause(evidence)};
  result.confidence = Confidence::kHigh;
  const auto lookup = FindKeyedLookup(evidence.frames, *evidence.inserting, evidence.users, shape);
  const bool counted = HasCountedKey(*evidence.inserting);
  if (shape.body == HeldBody::kKeyed || shape.body == HeldBody::kSet) {
    result.confidence = counted ? Confidence::kHigh : Confidence::kMedium;
    if (counted) {
      result.decided_by.push_back("its keys are counted up, so none comes twice");
    } else if (lookup) {
      result.confidence = Confidence::kLow;
      result.decided_by.push_back(lookup->clause +
                                  ", but what it finds is not what the caller gets");
    } else {
      result.decided_by.push_back("no key is looked up before");
    }
  } else if (shape.body == HeldBody::kOwnNodes || shape.body == HeldBody::kOwnTable) {
    result.confidence = Confidence::kMedium;
  } else if (HasLargeBlocks(evidence) || shape.closure || SaysListener(shape.name)) {
    result.confidence = Confidence::kMedium;
  }
  if (CallsElements(evidence) || HasCallable(shape.element) ||
      (lookup && shape.body == HeldBody::kSequence)) {
    result.confidence = Confidence::kLow;
  }
  if (const auto removal = FindRemoval(evidence.users)) {
    result.decided_by.push_back(
        fmt::format("what takes something out of it does not keep up ({})", *removal));
    if (result.confidence == Confidence::kHigh) result.confidence = Confidence::kMedium;
  } else {
    result.decided_by.push_back("nothing in the files on its stack takes anything out");
  }
  return result;
}

}  // namespace memprof
