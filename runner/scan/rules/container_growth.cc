// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/container_growth.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "runner/scan/rules/call_frequency.h"
#include "runner/scan/rules/object_lifetimes.h"

namespace memprof::scan {
namespace {

/// What is done to one variable under any of its names.
struct AllUses {
  std::vector<std::pair<const ContainerUsed*, bool>> uses;  ///< and whether it is to an element
  bool escapes = false;
  bool element_escapes = false;
};

class Search {
 public:
  explicit Search(const ContainerFacts& facts)
      : facts_(facts), lifetimes_(facts), frequency_(facts) {
    for (const ContainerUsed& used : facts.uses) uses_[used.slot].push_back(&used);
    for (const SlotAlias& alias : facts.aliases) aliases_[alias.of].push_back(&alias);
  }

  std::vector<ContainerGrowth> Run() const {
    // Of a declaration and a definition, the definition.
    std::map<std::string_view, const ContainerVariable*> variables;
    for (const ContainerVariable& variable : facts_.variables) {
      const auto [known, is_new] = variables.emplace(variable.id, &variable);
      if (!is_new && variable.is_definition) known->second = &variable;
    }
    std::vector<ContainerGrowth> growing;
    for (const auto& [id, variable] : variables) {
      ContainerGrowth growth;
      if (LivesLong(*variable) && Grows(*variable, &growth)) growing.push_back(std::move(growth));
    }
    return growing;
  }

 private:
  bool LivesLong(const ContainerVariable& variable) const {
    if (variable.is_pointer && !lifetimes_.KeepsObject(variable.id, true)) return false;
    return variable.class_id.empty() || lifetimes_.LivesLong(variable.class_id);
  }

  AllUses UsesOf(const std::string& id) const {
    AllUses all;
    std::set<std::pair<std::string, bool>> visited;
    std::vector<std::pair<std::string, bool>> waiting = {{id, false}};
    while (!waiting.empty()) {
      const auto [slot, of_element] = waiting.back();
      waiting.pop_back();
      if (!visited.emplace(slot, of_element).second) continue;
      if (const auto number = slot.rfind('#'); IsParameter(slot, number)) {
        const bool is_seen = facts_.seen_functions.contains(slot.substr(0, number));
        if (!is_seen) (of_element ? all.element_escapes : all.escapes) = true;
      }
      if (const auto uses = uses_.find(slot); uses != uses_.end()) {
        for (const ContainerUsed* used : uses->second) {
          all.uses.emplace_back(used, of_element || used->of_element);
        }
      }
      if (const auto aliases = aliases_.find(slot); aliases != aliases_.end()) {
        for (const SlotAlias* alias : aliases->second) {
          waiting.emplace_back(alias->slot, of_element || alias->of_element);
        }
      }
    }
    return all;
  }

  static bool IsParameter(const std::string& slot, std::size_t number) {
    if (number == std::string::npos || number + 1 == slot.size()) return false;
    return std::all_of(slot.begin() + static_cast<std::ptrdiff_t>(number) + 1, slot.end(),
                       [](char c) { return c >= '0' && c <= '9'; });
  }

  bool Grows(const ContainerVariable& variable, ContainerGrowth* growth) const {
    const AllUses all = UsesOf(variable.id);
    bool is_bounded = all.escapes;
    bool elements_are_bounded = all.element_escapes;
    std::vector<const ContainerUsed*> grows, element_grows;
    for (const auto& [used, of_element] : all.uses) {
      switch (used->use) {
        case ContainerUse::kGrows:
          if (Counts(*used, variable)) (of_element ? element_grows : grows).push_back(used);
          break;
        case ContainerUse::kTakesOut:
        case ContainerUse::kAssigns:
        case ContainerUse::kLimits:
        case ContainerUse::kEscapes:
          (of_element ? elements_are_bounded : is_bounded) = true;
          break;
        case ContainerUse::kLooksUp:
          break;
      }
    }
    if (is_bounded) return false;
    if (variable.has_fixed_slots || variable.has_few_keys) grows.clear();
    if (grows.empty() && (element_grows.empty() || elements_are_bounded)) return false;
    growth->variable = &variable;
    growth->is_by_element = grows.empty();
    growth->grows = grows.empty() ? element_grows : grows;
    const auto by_place = [](const ContainerUsed* left, const ContainerUsed* right) {
      return left->at.place < right->at.place;
    };
    std::sort(growth->grows.begin(), growth->grows.end(), by_place);
    std::set<std::string_view> growing_functions;
    for (const ContainerUsed* grown : growth->grows) {
      growing_functions.insert(grown->at.function_id);
    }
    for (const auto& [used, of_element] : all.uses) {
      const bool looks_up = used->use == ContainerUse::kLooksUp && !of_element;
      if (looks_up && growing_functions.contains(used->at.function_id)) {
        growth->lookups.push_back(used);
      }
    }
    std::sort(growth->lookups.begin(), growth->lookups.end(), by_place);
    return true;
  }

  /// Growth that goes on: not when the object is made, not of other objects than those that live
  /// long.
  bool Counts(const ContainerUsed& used, const ContainerVariable& variable) const {
    if (frequency_.RunsOnce(used.at, variable.class_id)) return false;
    if (variable.class_id.empty() || used.slot != variable.id) return true;
    return lifetimes_.IsOfLongLived(used.object, used.at.function_id);
  }

  const ContainerFacts& facts_;
  ObjectLifetimes lifetimes_;
  CallFrequency frequency_;
  std::map<std::string_view, std::vector<const ContainerUsed*>> uses_;
  std::map<std::string_view, std::vector<const SlotAlias*>> aliases_;
};

}  // namespace

std::vector<ContainerGrowth> GrowingContainers(const ContainerFacts& facts) {
  return Search(facts).Run();
}

}  // namespace memprof::scan
