// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/object_lifetimes.h"

#include <algorithm>

namespace memprof::scan {

ObjectLifetimes::ObjectLifetimes(const ContainerFacts& facts) {
  for (const HolderSet& set : facts.holder_sets) sets_[set.variable_id].push_back(&set);
  for (const CallMade& call : facts.calls) callers_[call.callee_id].push_back(&call);

  std::map<std::string_view, std::vector<const ClassHolder*>> held_by;
  std::vector<std::string> waiting;
  const auto add = [&](const ClassHolder& holder) {
    const bool is_base = holder.variable_id.empty();
    if (!is_base && !KeepsObject(holder.variable_id, holder.is_pointer)) return;
    waiting.push_back(holder.class_id);
    const auto sets = sets_.find(holder.variable_id);
    if (sets == sets_.end()) return;
    for (const HolderSet* set : sets->second) {
      if (!set->made_class_id.empty()) waiting.push_back(set->made_class_id);
    }
  };
  for (const ClassHolder& holder : facts.holders) {
    if (holder.holder_class.empty()) {
      add(holder);
    } else {
      held_by[holder.holder_class].push_back(&holder);
    }
  }
  while (!waiting.empty()) {
    const std::string next = waiting.back();
    waiting.pop_back();
    if (!long_lived_.insert(next).second) continue;
    if (const auto held = held_by.find(next); held != held_by.end()) {
      for (const ClassHolder* holder : held->second) add(*holder);
    }
  }
}

bool ObjectLifetimes::LivesLong(std::string_view class_id) const {
  return long_lived_.contains(class_id);
}

bool ObjectLifetimes::KeepsObject(const std::string& variable_id, bool is_pointer) const {
  const auto known = sets_.find(variable_id);
  if (known == sets_.end()) return !is_pointer;
  std::set<Place> later;
  bool is_made = false;
  bool is_made_later = true;
  for (const HolderSet* set : known->second) {
    is_made = is_made || set->is_made;
    if (set->is_declared) continue;
    later.insert(set->place);
    is_made_later = is_made_later && set->is_made;
  }
  if (is_pointer && !is_made) return false;
  // `if (!instance) instance = new T;` is one place.
  return later.empty() || (later.size() == 1 && is_made_later);
}

bool ObjectLifetimes::IsOfLongLived(const ObjectUsed& object,
                                    const std::string& function_id) const {
  std::set<std::string> visited;
  return IsReached(object, function_id, &visited);
}

bool ObjectLifetimes::IsReached(const ObjectUsed& object, const std::string& function_id,
                                std::set<std::string>* visited) const {
  switch (object.kind) {
    case ObjectKind::kLocal:
      return false;
    case ObjectKind::kMember:
      return LivesLong(object.class_id);
    case ObjectKind::kStatic:
    case ObjectKind::kUnknown:
      return true;
    case ObjectKind::kThis:
      break;
  }
  const auto callers = callers_.find(function_id);
  if (callers == callers_.end()) return true;
  if (!visited->insert(function_id).second) return false;
  return std::any_of(callers->second.begin(), callers->second.end(), [&](const CallMade* call) {
    return IsReached(call->object, call->caller_id, visited);
  });
}

}  // namespace memprof::scan
