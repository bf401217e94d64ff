// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "runner/diagnose/pattern/keyed_lookup.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/object_pair.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

/// Whether the function takes one element out: it has a parameter that says which.
bool TakesOneOut(const ContainerFunction& user, const HeldShape& shape) {
  const std::string_view parameters = user.file->Text(user.function.parameters);
  if (parameters.find_first_not_of(" \t\r\n") == std::string_view::npos) return false;
  for (const ContainerUse& use : user.uses) {
    if (use.kind == UseKind::kRemove && use.method != "resize" && use.method != "swap") return true;
  }
  if (shape.body != HeldBody::kOwnNodes) return false;
  return !UsesOf(*user.file, user.function.body, "delete").empty() ||
         !UsesOf(*user.file, user.function.body, "free").empty();
}

/// Pairs that no verb tells: one function puts something into its own list and gives it to its
/// caller, another takes one out, and the caller never calls that.
std::optional<Classification> TellByStructure(const HeldEvidence& evidence) {
  if (!evidence.inserting) return std::nullopt;
  const ContainerFunction& acquire = evidence.inserting->function;
  const std::size_t caller_index = evidence.inserting->frame + 1;
  if (caller_index >= evidence.frames.size() || evidence.frames[caller_index - 1].is_test ||
      !GivesHandle(*acquire.file, acquire.function) || SaysCache(HolderNames(evidence)) ||
      SaysCache(acquire.name) ||
      SaysAny(acquire.name, {"add", "push", "append", "insert", "put", "record", "log", "write",
                             "enqueue", "register", "load", "subscribe", "find", "lookup"})) {
    return std::nullopt;
  }
  const FrameCode& caller = evidence.frames[caller_index];
  for (const ContainerFunction& user : evidence.users) {
    if (user.name.empty() || user.name == acquire.name || !TakesOneOut(user, evidence.shape)) {
      continue;
    }
    if (!UsesOf(*caller.file, caller.function.body, user.name).empty()) return std::nullopt;
    Classification result;
    result.pattern = Pattern::kObjectNotReleased;
    result.confidence = Confidence::kMedium;
    result.decided_by.push_back(fmt::format("`{}` gets it from `{}` ({})", caller.name,
                                            acquire.name, PlaceText(*caller.file, caller.line)));
    result.decided_by.push_back(
        fmt::format("`{}`, which takes one out ({}), is not called there", user.name,
                    PlaceText(*user.file, user.file->LineOf(user.function.whole.begin))));
    return result;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Classification> TellObjects(const HeldEvidence& evidence) {
  // What is looked up by key and given to several callers is a cache, whoever may empty it.
  if (evidence.inserting && evidence.shape.body != HeldBody::kSequence) {
    const auto lookup =
        FindKeyedLookup(evidence.frames, *evidence.inserting, evidence.users, evidence.shape);
    if (lookup && lookup->is_hit && !HasCountedKey(*evidence.inserting)) return std::nullopt;
  }
  const std::optional<ObjectPair> pair = FindObjectPair(*evidence.finding, *evidence.sources);
  if (!pair) return TellByStructure(evidence);
  Classification result;
  result.pattern = Pattern::kObjectNotReleased;
  const bool sure = pair->caller_was_read && !pair->caller_releases;
  result.confidence = sure ? Confidence::kHigh : Confidence::kMedium;
  result.decided_by.push_back(PairClause(*pair));
  if (!pair->release_file.empty()) {
    const std::size_t slash = pair->release_file.rfind('/');
    result.decided_by.push_back(fmt::format(
        "`{}` is what gives it back ({}:{})", pair->release,
        slash == std::string::npos ? pair->release_file : pair->release_file.substr(slash + 1),
        pair->release_line));
  }
  return result;
}

}  // namespace memprof
