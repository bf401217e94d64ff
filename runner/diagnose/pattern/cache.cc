// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cctype>
#include <string>
#include <vector>

#include "runner/diagnose/pattern/keyed_lookup.h"
#include "runner/diagnose/pattern/name_words.h"
#include "runner/diagnose/pattern/pattern_evidence.h"

namespace memprof {
namespace {

/// The name that says so: the holder's, its type's or a function's that fills it; or empty.
std::string CacheName(const HeldEvidence& evidence) {
  const std::string variable = VariableIn(*evidence.finding);
  if (SaysCache(variable)) return evidence.finding->held_by->symbol;
  if (SaysCache(LastName(evidence.shape.container))) return evidence.shape.container;
  for (const std::string& function : FunctionsOnStack(*evidence.finding)) {
    if (SaysCache(LastName(function))) return function;
    // A capital letter tells a class from a namespace, which says less.
    const std::string scope = ScopeName(function);
    if (SaysCache(scope) && std::isupper(static_cast<unsigned char>(scope.front())) != 0) {
      return function;
    }
  }
  return "";
}

bool IsKeyed(HeldBody body) {
  return body == HeldBody::kKeyed || body == HeldBody::kSet || body == HeldBody::kOwnTable;
}

}  // namespace

std::optional<Classification> TellCaches(const HeldEvidence& evidence) {
  const HeldShape& shape = evidence.shape;
  if (shape.body == HeldBody::kUnknown || shape.body == HeldBody::kString) return std::nullopt;
  const std::string name = CacheName(evidence);
  Classification result;
  result.pattern = Pattern::kCacheWithoutEviction;
  if (!IsKeyed(shape.body)) {
    std::optional<KeyedLookup> search;
    if (evidence.inserting && shape.body == HeldBody::kSequence) {
      search = FindKeyedLookup(evidence.frames, *evidence.inserting, evidence.users, shape);
    }
    if (name.empty() && !search) return std::nullopt;
    result.confidence = search && !name.empty() ? Confidence::kMedium : Confidence::kLow;
    if (search) result.decided_by.push_back(search->clause);
    if (!name.empty()) result.decided_by.push_back(fmt::format("`{}` is named as a cache", name));
    result.decided_by.push_back(GrewClause(evidence));
    return result;
  }
  if (!evidence.inserting) {
    if (name.empty()) return std::nullopt;
    result.confidence = Confidence::kMedium;
    result.decided_by = {GrewClause(evidence), fmt::format("`{}` is named as a cache", name)};
    return result;
  }
  const std::optional<KeyedLookup> lookup =
      FindKeyedLookup(evidence.frames, *evidence.inserting, evidence.users, shape);
  const bool counted = HasCountedKey(*evidence.inserting);
  const bool is_lookup = lookup && !counted;
  if (!is_lookup && name.empty()) return std::nullopt;
  // A check for duplicates looks a key up too; only names tell it from filling a cache.
  if (is_lookup && !lookup->is_hit && name.empty()) return std::nullopt;
  const bool growing = evidence.finding->kind == FindingKind::kMemoryGrowth;
  const bool by_type = shape.body != HeldBody::kOwnTable && growing;
  if (is_lookup) {
    result.confidence = by_type ? Confidence::kHigh : Confidence::kMedium;
    result.decided_by.push_back(lookup->clause);
  } else {
    result.confidence = counted ? Confidence::kLow : Confidence::kMedium;
  }
  if (!name.empty()) result.decided_by.push_back(fmt::format("`{}` is named as a cache", name));
  result.decided_by.push_back(GrewClause(evidence));
  if (const auto removal = FindRemoval(evidence.users)) {
    result.decided_by.push_back(
        fmt::format("what takes something out of it does not keep up ({})", *removal));
    if (result.confidence == Confidence::kHigh) result.confidence = Confidence::kMedium;
  }
  return result;
}

}  // namespace memprof
