// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/listener_risks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace memprof::scan {
namespace {

/// Whether a function's name says that it takes somebody out.
bool NamesRemoval(std::string_view qualified) {
  std::string lower;
  for (const char c : qualified.substr(qualified.rfind(':') + 1)) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  static constexpr std::string_view kWords[] = {
      "remove", "unsub", "unreg",  "detach",   "disconnect", "off",    "erase",  "drop",
      "cancel", "stop",  "delete", "unlisten", "unbind",     "unhook", "forget", "release"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string Shown(const std::string& class_key) { return class_key.substr(0, class_key.find('@')); }

struct Uses {
  std::vector<const RegistryUse*> adds;
  std::vector<const RegistryUse*> removes;  // one, by a function that says so
  bool is_drained = false;                  // by anything else
};

class ListenerRule {
 public:
  explicit ListenerRule(const OwnershipFacts& facts) : facts_(facts) {
    for (const auto& [key, use] : facts.registry_uses) {
      Uses& uses = uses_[use.registry];
      if (use.kind == RegistryUseKind::kAdd) {
        if (!use.in_constructor) uses.adds.push_back(&use);
      } else if (use.kind == RegistryUseKind::kRemove && use.has_parameters &&
                 NamesRemoval(use.function)) {
        uses.removes.push_back(&use);
      } else if (use.kind == RegistryUseKind::kRemove && !use.in_destructor) {
        uses.is_drained = true;
      } else if (!use.in_destructor) {
        uses.is_drained = true;
      }
    }
    for (const auto& [key, each] : facts.long_lived) {
      const LongLived*& known = long_lived_[each.class_key];
      if (known == nullptr || (!known->is_static && each.is_static)) known = &each;
    }
    for (const auto& [key, call] : facts.own_calls) calls_[call.function_id].push_back(&call);
  }

  std::vector<StaticRisk> Risks() {
    for (const auto& [id, registry] : facts_.registries) {
      const auto uses = uses_.find(id);
      if (uses == uses_.end() || uses->second.adds.empty() || uses->second.is_drained) continue;
      if (uses->second.removes.empty()) {
        NeverRemoved(registry, uses->second);
      } else {
        NotUnsubscribed(registry, uses->second);
      }
    }
    return std::move(risks_);
  }

 private:
  const LongLived* LivesLong(const std::string& class_key) const {
    const auto known = long_lived_.find(class_key);
    return known == long_lived_.end() ? nullptr : known->second;
  }

  /// Whether somebody calls it once the program runs, or nobody is seen to call it.
  bool IsCalledAtRunTime(const std::string& function_id) const {
    const auto known = calls_.find(function_id);
    if (known == calls_.end()) return true;
    return std::any_of(known->second.begin(), known->second.end(), [](const OwnCall* call) {
      return !call->caller.empty() && call->caller != "main";
    });
  }

  void NeverRemoved(const RegistryFact& registry, const Uses& uses) {
    const LongLived* lives = LivesLong(registry.class_key);
    if (!registry.is_static && lives == nullptr) return;
    if (std::none_of(uses.adds.begin(), uses.adds.end(), [&](const RegistryUse* use) {
          return use->has_parameters && IsCalledAtRunTime(use->function_id);
        })) {
      return;
    }
    StaticRisk risk;
    risk.pattern = Pattern::kListenerNotRemoved;
    risk.confidence =
        registry.is_static || lives->is_static ? Confidence::kHigh : Confidence::kMedium;
    risk.subject = registry.qualified;
    risk.subject_type = registry.type;
    risk.place = registry.place;
    risk.title = fmt::format("{} takes listeners and has no way to remove one", registry.qualified);
    const std::string why = registry.is_static ? "It lives as long as the program"
                            : lives->is_static
                                ? fmt::format("{} lives as long as the program", lives->what)
                                : fmt::format(
                                      "{} is given a reference to it, so it lives longer "
                                      "than those who subscribe",
                                      lives->what);
    risk.cause = fmt::format(
        "Code adds callables to {}, and none erases, clears or replaces them. {}: whoever "
        "subscribes stays in it, with all that its callable holds, also when it is gone itself.",
        registry.qualified, why);
    risk.advice =
        "Let the subscribing function return a connection object that removes the listener when it "
        "is destroyed, and hold it as a member of the subscriber.";
    for (const RegistryUse* use : uses.adds) {
      risk.notes.push_back({use->place, use->function, "a listener is added here: " + use->what});
      AddSubscribers(use->function_id, &risk);
    }
    if (lives != nullptr) risk.notes.push_back({lives->place, "", "lives long: " + lives->what});
    risks_.push_back(std::move(risk));
  }

  void AddSubscribers(const std::string& function_id, StaticRisk* risk) const {
    const auto known = calls_.find(function_id);
    if (known == calls_.end()) return;
    for (const OwnCall* call : known->second) {
      if (risk->notes.size() >= 8) return;
      risk->notes.push_back({call->place, call->caller, "subscribes here"});
    }
  }

  /// Whether a member function of the class calls one that takes a listener out.
  bool Unsubscribes(const std::string& class_key, const Uses& uses) const {
    std::set<std::string> ids;
    for (const RegistryUse* use : uses.removes) ids.insert(use->function_id);
    return std::any_of(facts_.own_calls.begin(), facts_.own_calls.end(), [&](const auto& each) {
      const OwnCall& call = each.second;
      if (ids.count(call.function_id) == 0 && !NamesRemoval(call.qualified)) return false;
      return call.class_key == class_key;
    });
  }

  void NotUnsubscribed(const RegistryFact& registry, const Uses& uses) {
    if (!registry.is_static && LivesLong(registry.class_key) == nullptr) return;
    for (const RegistryUse* use : uses.adds) {
      const auto known = calls_.find(use->function_id);
      if (known == calls_.end()) continue;
      for (const OwnCall* call : known->second) {
        if ((call->gives_itself && call->drops_result) || call->drops_token) {
          Subscriber(registry, uses, *call);
        }
      }
    }
  }

  void Subscriber(const RegistryFact& registry, const Uses& uses, const OwnCall& call) {
    const LongLived* lives = LivesLong(call.class_key);
    if (call.class_key == registry.class_key || (lives != nullptr && lives->is_static)) return;
    if (Unsubscribes(call.class_key, uses)) return;
    const std::string who = Shown(call.class_key);
    StaticRisk risk;
    risk.pattern = Pattern::kListenerNotRemoved;
    risk.confidence = Confidence::kMedium;
    risk.subject = call.qualified;
    risk.place = call.place;
    risk.function = call.caller;
    risk.title =
        fmt::format("{} subscribes itself to {} and never unsubscribes", who, registry.qualified);
    risk.cause = fmt::format(
        "{} gives {} a listener of its own. {} could take it out again, and no member function of "
        "{} asks for it, so it stays, and is called, when the {} is gone.",
        call.caller, registry.qualified, uses.removes.front()->function, who, who);
    risk.advice = fmt::format(
        "Call {} in the destructor of {}, or hold a connection object as a member that does so.",
        uses.removes.front()->function, who);
    risk.notes.push_back({registry.place, "", "the registry: " + registry.qualified});
    risk.notes.push_back({uses.removes.front()->place, uses.removes.front()->function,
                          "a listener can be removed here"});
    risks_.push_back(std::move(risk));
  }

  const OwnershipFacts& facts_;
  std::map<std::string, Uses> uses_;                          // by registry
  std::map<std::string, const LongLived*> long_lived_;        // by class
  std::map<std::string, std::vector<const OwnCall*>> calls_;  // by function
  std::vector<StaticRisk> risks_;
};

}  // namespace

std::vector<StaticRisk> ListenerRisks(const OwnershipFacts& facts) {
  return ListenerRule(facts).Risks();
}

}  // namespace memprof::scan
