// SPDX-FileCopyrightText: The memprof authors
// SPDX-License-Identifier: Apache-2.0
#include "runner/scan/rules/object_graph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace memprof::scan {
namespace {

constexpr int kMostDepth = 3;         // of calls within calls
constexpr int kMostSteps = 2000;      // of a function with what it calls
constexpr std::size_t kMostArms = 8;  // objects that one name may mean

using Objects = std::vector<int>;
using Slot = std::pair<int, std::string>;  // object, member

constexpr int kThisObject = 0;
constexpr int kGlobals = 1;

struct HeldBy {
  int target = 0;
  OwnershipLink link;
};
using State = std::map<Slot, std::vector<HeldBy>>;

void Append(const Objects& more, Objects* all) {
  for (const int each : more) {
    if (all->size() >= kMostArms) return;
    if (std::find(all->begin(), all->end(), each) == all->end()) all->push_back(each);
  }
}

bool Holds(const State& state, int from, const HeldBy& held) {
  const auto slot = state.find({from, held.link.member + held.link.capture});
  return slot != state.end() &&
         std::any_of(slot->second.begin(), slot->second.end(),
                     [&](const HeldBy& each) { return each.target == held.target; });
}

/// The functions that may be called, by id and constructors by class.
class Callees {
 public:
  explicit Callees(const OwnershipFacts& facts) : facts_(facts) {
    for (const auto& [id, function] : facts.functions) {
      if (function.is_constructor) constructors_[function.class_key].push_back(&function);
    }
    FindWriters();
  }

  const FunctionSteps* Of(const Step& call) const {
    if (!call.member.empty()) {
      const auto known = facts_.functions.find(call.member);
      return known == facts_.functions.end() ? nullptr : &known->second;
    }
    const auto known = constructors_.find(call.class_key);
    if (known == constructors_.end()) return nullptr;
    const int given = static_cast<int>(call.arguments.size());
    for (const FunctionSteps* each : known->second) {
      if (each->parameters == given && given > 0) return each;
    }
    return given == 0 ? nullptr : known->second.front();
  }

  /// Whether it, or what it calls, changes what objects own or tells an object by what it returns.
  bool Matters(const std::string& id) const { return writers_.count(id) != 0; }

 private:
  bool Writes(const FunctionSteps& function) const {
    return std::any_of(function.steps.begin(), function.steps.end(), [&](const Step& step) {
      if (step.kind == StepKind::kCapture) return true;
      if (step.kind == StepKind::kReturn) return !step.values.empty();
      return (step.kind == StepKind::kWrite || step.kind == StepKind::kAdd) &&
             Owns(facts_, step.member);
    });
  }

  void FindWriters() {
    std::map<std::string, std::vector<std::string>> callers;
    std::vector<std::string> waiting;
    for (const auto& [id, function] : facts_.functions) {
      if (Writes(function)) waiting.push_back(id);
      for (const Step& step : function.steps) {
        if (step.kind != StepKind::kCall) continue;
        if (const FunctionSteps* callee = Of(step)) callers[callee->id].push_back(id);
      }
    }
    while (!waiting.empty()) {
      const std::string id = std::move(waiting.back());
      waiting.pop_back();
      if (!writers_.insert(id).second) continue;
      const auto known = callers.find(id);
      if (known == callers.end()) continue;
      waiting.insert(waiting.end(), known->second.begin(), known->second.end());
    }
  }

  const OwnershipFacts& facts_;
  std::map<std::string, std::vector<const FunctionSteps*>> constructors_;
  std::set<std::string> writers_;
};

/// One function on objects that nothing is known of.
class FunctionRun {
 public:
  FunctionRun(const OwnershipFacts& facts, const Callees& callees, ObjectGraphs* out)
      : facts_(facts), callees_(callees), out_(*out) {}

  void Run(const FunctionSteps& function) {
    class_key_ = function.class_key;
    std::vector<Objects> registers = {{kThisObject}, {kGlobals}};
    for (int i = 0; i < function.parameters; ++i) registers.push_back({NewObject()});
    Execute(function, std::move(registers), 0);
    for (Found& found : found_) {
      const bool lasts = std::all_of(found.held.begin(), found.held.end(), [&](const auto& each) {
        return Holds(state_, each.first, each.second);
      });
      if (!lasts) continue;
      ObjectCycle& cycle = out_.cycles.emplace_back();
      for (auto& [from, held] : found.held) cycle.links.push_back(std::move(held.link));
    }
  }

 private:
  using Path = std::vector<std::pair<int, HeldBy>>;  // from, by
  struct Found {
    Path held;
  };

  int NewObject() { return objects_++; }

  Objects Of(const std::vector<Objects>& registers, const Registers& of) const {
    Objects all;
    for (const int each : of) {
      if (each >= 0 && each < static_cast<int>(registers.size())) {
        Append(registers[static_cast<std::size_t>(each)], &all);
      }
    }
    return all;
  }

  Objects Read(const Objects& from, const Step& step, const FunctionSteps& function) {
    Objects all;
    for (const int object : from) {
      std::vector<HeldBy>& slot = state_[{object, step.member}];
      if (slot.empty() && emptied_.count({object, step.member}) == 0) {
        HeldBy held{NewObject(), {step.member, "", step.place, function.qualified, true}};
        slot.push_back(std::move(held));
      }
      for (const HeldBy& each : slot) Append({each.target}, &all);
    }
    return all;
  }

  void Hold(int from, int target, OwnershipLink link, bool replaces) {
    std::vector<HeldBy>& slot = state_[{from, link.member + link.capture}];
    if (replaces) slot.clear();
    if (slot.size() >= kMostArms) return;
    slot.push_back({target, link});
    const bool is_owning = !link.capture.empty() || Owns(facts_, link.member);
    if (!is_owning || from == kGlobals) return;
    const bool is_shared = !link.capture.empty() || OwnsShared(facts_, link.member);
    if (target == kThisObject && from != kThisObject && link.capture.empty() && is_shared) {
      out_.handed.push_back({link.member, class_key_, link});
    }
    Path path;
    std::set<int> seen;
    if (!FindPath(target, from, &seen, &path)) return;
    path.emplace_back(from, HeldBy{target, link});
    if (std::any_of(path.begin(), path.end(), [&](const auto& each) {
          const OwnershipLink& by = each.second.link;
          return !by.capture.empty() || OwnsShared(facts_, by.member);
        })) {
      found_.push_back({std::move(path)});
    }
  }

  /// Whether `from` holds `to`, by itself or by what it holds.
  bool FindPath(int from, int to, std::set<int>* seen, Path* path) {
    if (from == to) return true;
    if (from == kGlobals || !seen->insert(from).second) return false;
    for (auto slot = state_.lower_bound({from, ""});
         slot != state_.end() && slot->first.first == from; ++slot) {
      for (const HeldBy& held : slot->second) {
        if (held.link.capture.empty() && !Owns(facts_, held.link.member)) continue;
        path->emplace_back(from, held);
        if (FindPath(held.target, to, seen, path)) return true;
        path->pop_back();
      }
    }
    return false;
  }

  Objects Call(const Step& step, const std::vector<Objects>& registers, int depth) {
    const FunctionSteps* callee = callees_.Of(step);
    if (callee == nullptr || depth >= kMostDepth || !callees_.Matters(callee->id)) {
      return {NewObject()};
    }
    std::vector<Objects> given = {Of(registers, step.objects), {kGlobals}};
    for (int i = 0; i < callee->parameters; ++i) {
      const auto number = static_cast<std::size_t>(i);
      Objects argument =
          number < step.arguments.size() ? Of(registers, step.arguments[number]) : Objects{};
      if (argument.empty()) argument = {NewObject()};
      given.push_back(std::move(argument));
    }
    Objects result = Execute(*callee, std::move(given), depth + 1);
    if (result.empty()) result = {NewObject()};
    return result;
  }

  static void Unite(const State& other, State* state) {
    for (const auto& [slot, held] : other) {
      std::vector<HeldBy>& into = (*state)[slot];
      for (const HeldBy& each : held) {
        const bool is_there = std::any_of(into.begin(), into.end(), [&](const HeldBy& known) {
          return known.target == each.target;
        });
        if (!is_there && into.size() < kMostArms) into.push_back(each);
      }
    }
  }

  void Change(const Step& step, const FunctionSteps& function,
              const std::vector<Objects>& registers) {
    const Objects objects = Of(registers, step.objects);
    if (step.kind == StepKind::kClear) {
      for (const int object : objects) {
        state_[{object, step.member}].clear();
        emptied_.insert({object, step.member});
      }
      return;
    }
    const bool is_capture = step.kind == StepKind::kCapture;
    OwnershipLink link{is_capture ? "" : step.member, is_capture ? step.member : "", step.place,
                       function.qualified, false};
    const Objects values = Of(registers, step.values);
    bool replaces = step.kind == StepKind::kWrite && objects.size() == 1;
    for (const int object : objects) {
      if (replaces && values.empty()) state_[{object, step.member}].clear();
      for (const int value : values) {
        Hold(object, value, link, replaces);
        replaces = false;
      }
      replaces = step.kind == StepKind::kWrite && objects.size() == 1;
    }
  }

  Objects Execute(const FunctionSteps& function, std::vector<Objects> registers, int depth) {
    registers.resize(static_cast<std::size_t>(function.registers));
    Objects returned;
    std::vector<std::pair<State, State>> branches;  // at the beginning; united of the ways so far
    for (const Step& step : function.steps) {
      if (++steps_ > kMostSteps) break;
      Objects result;
      switch (step.kind) {
        case StepKind::kNew:
          result = {NewObject()};
          break;
        case StepKind::kRead:
          result = Read(Of(registers, step.objects), step, function);
          break;
        case StepKind::kCall:
          result = Call(step, registers, depth);
          break;
        case StepKind::kReturn:
          Append(Of(registers, step.values), &returned);
          break;
        case StepKind::kBranch:
          branches.emplace_back(state_, State());
          break;
        case StepKind::kElse:
          if (branches.empty()) break;
          Unite(state_, &branches.back().second);
          state_ = branches.back().first;
          break;
        case StepKind::kJoin:
          if (branches.empty()) break;
          Unite(branches.back().second, &state_);
          branches.pop_back();
          break;
        case StepKind::kTrim:
          break;
        default:
          Change(step, function, registers);
      }
      if (step.result >= 0) registers[static_cast<std::size_t>(step.result)] = std::move(result);
    }
    return returned;
  }

  const OwnershipFacts& facts_;
  const Callees& callees_;
  ObjectGraphs& out_;
  std::string class_key_;
  State state_;
  std::set<Slot> emptied_;
  std::vector<Found> found_;
  int objects_ = 2;
  int steps_ = 0;
};

}  // namespace

bool Owns(const OwnershipFacts& facts, const std::string& member) {
  const auto known = facts.members.find(member);
  return known != facts.members.end() &&
         (known->second.use.has_callable || !known->second.use.owned.empty());
}

bool OwnsShared(const OwnershipFacts& facts, const std::string& member) {
  const auto known = facts.members.find(member);
  return known != facts.members.end() &&
         std::any_of(known->second.use.owned.begin(), known->second.use.owned.end(),
                     [](const OwnedClass& each) { return each.is_shared; });
}

ObjectGraphs RunFunctions(const OwnershipFacts& facts) {
  const Callees callees(facts);
  ObjectGraphs graphs;
  for (const auto& [id, function] : facts.functions) {
    if (callees.Matters(id)) FunctionRun(facts, callees, &graphs).Run(function);
  }
  return graphs;
}

}  // namespace memprof::scan
